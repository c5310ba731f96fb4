"""Arguments for what people do with their own second factors and passkeys."""

from collections.abc import Callable
from typing import Any

from charter.core.passkeys.model import PasskeyPatch
from charter.core.reverifications.model import Level
from charter.core.sign_ins.model import Answer, Preparation
from tests.cast import Cast
from tests.factors import code_at

PASSKEY: dict[str, Any] = {"passkey_id": "passkey_x"}
SESSION: dict[str, Any] = {"session_id": "sess_x"}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "passkeys.attempt_verification": PASSKEY | {"public_key_credential": "{}"},
    "passkeys.begin": {},
    "passkeys.delete": PASSKEY,
    "passkeys.get": PASSKEY,
    "passkeys.update": PASSKEY | {"patch": PasskeyPatch(name="Phone")},
    "reverifications.attempt_first_factor": SESSION | {"given": Answer(strategy="password")},
    "reverifications.attempt_second_factor": SESSION | {"given": Answer(strategy="totp")},
    "reverifications.prepare_first_factor": SESSION | {"given": Preparation(strategy="email_code")},
    "reverifications.prepare_second_factor": SESSION
    | {"given": Preparation(strategy="phone_code")},
    "reverifications.start": SESSION | {"level": Level.FIRST_FACTOR},
    "second_factors.begin_totp": {},
    "second_factors.create_backup_codes": {},
    "second_factors.remove_totp": {},
    "second_factors.verify_totp": {"code": "000000"},
}
"""The operations on one's own factors, with their arguments."""


def user(cast: Cast) -> dict[str, Any]:
    return {"user_id": cast["user"]}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "passkeys.remove": lambda cast: {**user(cast), "passkey_id": cast["passkey"]},
    "second_factors.check_code": lambda cast: {**user(cast), "code": code_at(cast.world.platform)},
    "second_factors.delete_backup_codes": user,
    "second_factors.delete_totp": user,
    "second_factors.disable": user,
}
"""The operations of the app's server on those of its users, with their arguments."""

FAILING = {
    name: "the caller has no such factor, and each caller would need one"
    for name in ARGUMENTS
    if name not in {"passkeys.begin", "second_factors.begin_totp"}
}
"""Those that fail for everybody here, and why."""
