"""The part of the story about machines, which prove to one another who they are."""

from typing import Any

from clerk_backend_api.security.types import VerifyTokenOptions
from clerk_backend_api.security.verifytoken import verify_token
from sdk_cast import Cast
from sdk_recorder import Recorder, contains, equal
from sdk_sessions import Keys


def are_made(recorder: Recorder, cast: Cast) -> tuple[Any, Any]:
    """Machines are made, changed, given secrets and scopes.

    Returns: a machine that may reach another, and the other, each with its secret.
    """
    ledger = recorder.call("machines.create", request={"name": f"Ledger {cast.stamp}"})
    biller = recorder.call("machines.create", request={"name": f"Biller {cast.stamp}"})
    scope = {"machine_id": biller.id}
    made = recorder.call("machines.create_scope", **scope, to_machine_id=ledger.id)
    equal((made.from_machine_id, made.to_machine_id), (biller.id, ledger.id))
    refused = recorder.refused("machines.create_scope", 409, **scope, to_machine_id=ledger.id)
    equal(refused, "duplicate_record")
    seen = recorder.call("machines.get", machine_id=biller.id)
    equal([each.id for each in seen.scoped_machines], [ledger.id])
    changed = recorder.call("machines.update", machine_id=biller.id, default_token_ttl=600)
    equal((changed.name, changed.default_token_ttl), (biller.name, 600))
    listed = recorder.call("machines.list", query=cast.stamp, order_by="name")
    equal([each.id for each in listed.data], [biller.id, ledger.id])
    shown = recorder.call("machines.get_secret_key", machine_id=biller.id)
    equal(shown.secret, biller.secret_key)
    rotated = recorder.call(
        "machines.rotate_secret_key", machine_id=biller.id, previous_token_ttl=60
    )
    biller.secret_key = rotated.secret
    return biller, ledger


def speak(recorder: Recorder, keys: Keys, machines: tuple[Any, Any]) -> None:
    """A machine makes tokens, another takes them, and they end."""
    biller, ledger = machines
    as_biller, as_ledger = (recorder.another(each.secret_key) for each in machines)
    for token_format in ("opaque", "jwt"):
        made = as_biller.call(
            "m2m.create_token",
            token_format=token_format,
            claims={"job": 1},
            seconds_until_expiration=60,
        )
        equal((made.subject, made.scopes), (biller.id, [ledger.id]))
        found = as_ledger.call("m2m.verify_token", token=made.token)
        equal((found.id, found.claims), (made.id, {"job": 1}))
        equal(recorder.call("m2m.verify_token", token=made.token).id, made.id)
        as_biller.refused_with_a_type_of_its_own("m2m.verify_token", 404, token=made.token)
    opaque = as_biller.call("m2m.create_token", min_remaining_ttl_seconds=60)
    again = as_biller.call("m2m.create_token", min_remaining_ttl_seconds=60)
    equal((again.id, again.token), (opaque.id, opaque.token))
    recorder.note("verify_token", lambda: callers_are_known(opaque, ledger, keys))
    listed = as_biller.call("m2m.list_tokens", subject=biller.id)
    contains((each.id for each in listed.m2m_tokens), opaque.id)
    revoked = as_biller.call(
        "m2m.revoke_token", m2m_token_id=opaque.id, revocation_reason="The job is done"
    )
    equal((revoked.revoked, revoked.revocation_reason), (True, "The job is done"))
    as_ledger.refused_with_a_type_of_its_own("m2m.verify_token", 404, token=opaque.token)


def callers_are_known(opaque: Any, ledger: Any, keys: Keys) -> None:
    """An app knows the machine behind a call, by a secret key and by a machine's own."""
    for chosen in ({"secret_key": keys.secret_key}, {"machine_secret_key": ledger.secret_key}):
        options = VerifyTokenOptions(**chosen, api_url=keys.root)
        equal(verify_token(opaque.token, options)["subject"], opaque.subject, str(chosen))


def leave(recorder: Recorder, machines: tuple[Any, Any]) -> None:
    """Machines are deleted, and what they could with them."""
    biller, ledger = machines
    gone = recorder.call("machines.delete_scope", machine_id=biller.id, other_machine_id=ledger.id)
    equal((gone.from_machine_id, gone.to_machine_id), (biller.id, ledger.id))
    for each in machines:
        equal(recorder.call("machines.delete", machine_id=each.id).id, each.id)
        recorder.refused("machines.get", 404, machine_id=each.id)
