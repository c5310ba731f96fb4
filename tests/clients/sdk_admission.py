"""The part of the story about who may come in, and from where."""

import json
import urllib.parse
import urllib.request
from typing import Any

from sdk_cast import Cast
from sdk_recorder import Recorder, contains, equal


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


def wait(recorder: Recorder, cast: Cast) -> None:
    """Addresses are put on the waitlist, found, let in, turned down and taken off."""
    address = cast.email("waiting")
    made = recorder.call("waitlist_entries.create", request={"email_address": address})
    equal((made.email_address, made.status), (address, "pending"))
    several = [{"email_address": cast.email(name), "notify": False} for name in ("two", "three")]
    two, three = recorder.call("waitlist_entries.bulk_create", request=several)
    listed = recorder.call("waitlist_entries.list", query=cast.stamp, order_by="-email_address")
    equal([each.id for each in listed.data], [made.id, two.id, three.id])
    equal(listed.total_count, 3)
    one = {"waitlist_entry_id": made.id}
    invited = recorder.call("waitlist_entries.invite", **one)
    equal((invited.status, invited.invitation.email_address), ("invited", address))
    refused = recorder.refused("waitlist_entries.invite", 409, **one)
    equal(refused, "waitlist_entry_already_invited")
    again = recorder.call("waitlist_entries.invite", **one, ignore_existing=True)
    equal(again.invitation.id == invited.invitation.id, wanted=False)
    rejected = recorder.call("waitlist_entries.reject", waitlist_entry_id=two.id)
    equal(rejected.status, "rejected")
    turned_down = recorder.call("waitlist_entries.list", query=cast.stamp, status="rejected")
    equal([each.id for each in turned_down.data], [two.id])
    gone = recorder.call("waitlist_entries.delete", waitlist_entry_id=three.id)
    equal((gone.id, gone.deleted), (three.id, True))
    missing = recorder.refused("waitlist_entries.delete", 404, waitlist_entry_id=three.id)
    equal(missing, "resource_not_found")


def sign_up(recorder: Recorder, cast: Cast, frontend: str) -> None:
    """A sign-up that a browser has begun is seen, and told who the new person is."""
    form = urllib.parse.urlencode({"email_address": cast.email("coming")}).encode()
    # The address is that of the server under test.
    with urllib.request.urlopen(f"{frontend}/client/sign_ups", form) as answer:
        begun = json.load(answer)["response"]["id"]
    seen = recorder.call("sign_ups.get", id=begun)
    equal(
        (seen.id, seen.status, seen.email_address),
        (begun, "missing_requirements", cast.email("coming")),
    )
    said = {"external_id": f"coming-{cast.stamp}", "custom_action": True}
    marked = recorder.call("sign_ups.update", id=begun, **said)
    equal((marked.external_id, marked.custom_action), (said["external_id"], True))
    bare = recorder.call("sign_ups.update", id=begun, external_id=None)
    equal((bare.external_id, bare.custom_action), (None, True))


def are_tested(recorder: Recorder, _cast: Cast) -> None:
    """A token for tests is made."""
    made = recorder.call("testing_tokens.create")
    equal((made.object, bool(made.token)), ("testing_token", True))


def have_domains(recorder: Recorder, cast: Cast) -> None:
    """A satellite is added, listed, renamed and deleted; its proxy is checked."""
    new = {"name": f"{cast.stamp}.localhost:3001", "is_satellite": True}
    made = recorder.call("domains.add", request=new)
    listed = recorder.call("domains.list")
    equal([each.is_satellite for each in listed.data], [False, True])
    changed = recorder.call("domains.update", domain_id=made.id, name=f"{cast.stamp}.localhost")
    equal(changed.name, f"{cast.stamp}.localhost")
    asked = {"domain_id": made.id, "proxy_url": "http://localhost:9/__clerk"}
    found = recorder.call("proxy_checks.verify", request=asked)
    equal((found.successful, found.domain_id), (False, made.id))
    equal(recorder.call("domains.delete", domain_id=made.id).deleted, wanted=True)
    equal(recorder.refused("domains.delete", 404, domain_id=made.id), "resource_not_found")


def come_back(recorder: Recorder, cast: Cast) -> None:
    """Addresses that people may be sent back to are listed, found and taken off."""
    url = f"story-{cast.stamp}://back"
    made = recorder.call("redirect_urls.create", request={"url": url})
    equal(made.url, url)
    equal(recorder.call("redirect_urls.get", id=made.id).url, url)
    contains((each.id for each in recorder.call("redirect_urls.list", limit=500)), made.id)
    refused = recorder.refused("redirect_urls.create", 400, request={"url": url})
    equal(refused, "duplicate_record")
    gone = recorder.call("redirect_urls.delete", id=made.id)
    equal((gone.id, gone.deleted), (made.id, True))
    equal(recorder.refused("redirect_urls.get", 404, id=made.id), "resource_not_found")


def be_listed(recorder: Recorder, cast: Cast) -> None:
    """Identifiers are allowed and blocked, found and taken off the lists."""
    address = cast.email("listed")
    allowed = recorder.call(
        "allowlist_identifiers.create", request={"identifier": address, "notify": True}
    )
    equal((allowed.identifier, allowed.identifier_type), (address, "email_address"))
    listed = recorder.call("allowlist_identifiers.list", limit=500)
    contains(
        ((each.id, each.invitation_id) for each in listed), (allowed.id, allowed.invitation_id)
    )
    again = {"identifier": address}
    refused = recorder.refused("allowlist_identifiers.create", 400, request=again)
    equal(refused, "duplicate_record")
    gone = recorder.call("allowlist_identifiers.delete", identifier_id=allowed.id)
    equal((gone.id, gone.deleted), (allowed.id, True))
    blocked = recorder.call("blocklist_identifiers.create", request={"identifier": cast.phone()})
    equal(blocked.identifier_type, "phone_number")
    listed = recorder.call("blocklist_identifiers.list")
    contains((each.id for each in listed.data), blocked.id)
    gone = recorder.call("blocklist_identifiers.delete", identifier_id=blocked.id)
    equal((gone.id, gone.deleted), (blocked.id, True))
    missing = recorder.refused("blocklist_identifiers.delete", 404, identifier_id=blocked.id)
    equal(missing, "resource_not_found")
