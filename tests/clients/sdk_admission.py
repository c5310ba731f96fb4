"""The part of the story about who may come in, and from where."""

from typing import Any

from sdk_cast import Cast
from sdk_recorder import Recorder, equal


def own_domains(recorder: Recorder, cast: Cast, organization: Any) -> None:
    """Domains are given to an organization, found, changed, vouched for and taken away."""
    where = {"organization_id": organization.id}
    name = f"acme-{cast.stamp}.test"
    given = recorder.call("organization_domains.create", **where, name=name)
    equal((given.name, given.organization_id), (name, organization.id))
    equal(given.verification.status, "verified")
    one = where | {"domain_id": given.id}
    other = recorder.call(
        "organization_domains.create",
        **where,
        name=f"other-{name}",
        enrollment_mode="automatic_suggestion",
        verified=False,
    )
    equal((other.enrollment_mode, other.verification), ("automatic_suggestion", None))
    listed = recorder.call("organization_domains.list", **where, verified="false")
    equal([each.id for each in listed.data], [other.id])
    modes = ["manual_invitation", "automatic_invitation"]
    every = recorder.call("organization_domains.list_all", **where, enrollment_mode=modes)
    equal([each.id for each in every.data], [given.id])
    named = {"domains": [name, f"other-{name}"], "order_by": "-name", "query": cast.stamp}
    both = recorder.call("organization_domains.list_all", **named)
    equal([each.id for each in both.data], [other.id, given.id])
    doubted = recorder.call(
        "organization_domains.update", **one, enrollment_mode="automatic_invitation", verified=False
    )
    equal((doubted.enrollment_mode, doubted.verification), ("automatic_invitation", None))
    owned = recorder.call("organization_domains.verify_ownership", **one)
    equal(owned.ownership_verification.status, "verified")
    taken = recorder.refused("organization_domains.create", 422, **where, name=name)
    equal(taken, "organization_domain_already_exists_same_organization")
    for each in (given, other):
        gone = recorder.call("organization_domains.delete", **where, domain_id=each.id)
        equal((gone.id, gone.deleted), (each.id, True))
    equal(recorder.refused("organization_domains.delete", 404, **one), "resource_not_found")
