"""Arguments for the operations of browsers: sign-ins, sign-ups, a browser's own sessions."""

from typing import Any

from charter.core.sign_ins.model import Answer, NewSignIn, Preparation
from charter.core.sign_ups.model import GivenFields

OF_BROWSER = "it is about what the calling browser holds, and nobody here is one"
SIGN_IN: dict[str, Any] = {"sign_in_id": "sia_x"}
SIGN_UP: dict[str, Any] = {"sign_up_id": "sua_x"}
OWN_SESSION: dict[str, Any] = {"session_id": "sess_x"}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "clients.create_for_development": {},
    "clients.create_own": {},
    "clients.delete_own": {},
    "clients.get_own": {},
    "instances.describe": {},
    "sessions.end_own": OWN_SESSION,
    "sessions.get_own": OWN_SESSION,
    "sessions.mint_own": OWN_SESSION,
    "sessions.remove_all_own": {},
    "sessions.remove_own": OWN_SESSION,
    "sessions.touch": OWN_SESSION,
    "sign_ins.attempt_first_factor": SIGN_IN | {"given": Answer(strategy="password")},
    "sign_ins.attempt_second_factor": SIGN_IN | {"given": Answer(strategy="phone_code")},
    "sign_ins.create": {"new": NewSignIn()},
    "sign_ins.get": SIGN_IN,
    "sign_ins.prepare_first_factor": SIGN_IN | {"given": Preparation(strategy="email_code")},
    "sign_ins.prepare_second_factor": SIGN_IN | {"given": Preparation(strategy="phone_code")},
    "sign_ins.reset_password": SIGN_IN | {"password": "a long pass phrase of mine"},
    "sign_ups.attempt_verification": SIGN_UP | {"strategy": "email_code", "code": "000000"},
    "sign_ups.create": {"given": GivenFields()},
    "sign_ups.get": SIGN_UP,
    "sign_ups.prepare_verification": SIGN_UP | {"strategy": "email_code"},
    "sign_ups.update": SIGN_UP | {"given": GivenFields()},
    "users.get_own": {},
}
"""The operations of browsers, with their arguments."""

FAILING = {
    name: OF_BROWSER
    for name, given in ARGUMENTS.items()
    if given.keys() & {"sign_in_id", "sign_up_id", "session_id"}
}
"""Those that even a browser does not succeed with here, and why."""
