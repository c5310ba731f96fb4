"""Arguments for the operations of account logins: what a page sends that signs people in."""

import json
from collections.abc import Callable
from typing import Any

from charter.core.account_logins.mailing import SEALED_AS
from charter.core.account_logins.model import NewLogin
from tests.cast import Cast

MAILED = "its token is known to whom it was mailed alone"


def at_client(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"client_id": cast.facts["app_client"].application.id, **more}


def sealed(cast: Cast) -> dict[str, Any]:
    told = {
        "kind": "sign_in",
        "email": "stranger@example.com",
        "client_id": cast.facts["app_client"].application.id,
        "user_id": None,
        "url": None,
        "requested_from": None,
    }
    vault = cast.world.platform.vault
    return {"sealed": vault.seal(json.dumps(told).encode(), SEALED_AS).hex()}


NOBODY = "nobody@example.com"
MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "account_logins.accept_invitation": at_client(token="made up"),
    "account_logins.begin_forms": lambda _: {},
    "account_logins.check_email": at_client(email_address=NOBODY),
    "account_logins.describe": lambda _: {},
    "account_logins.form_token": lambda _: {},
    "account_logins.mail": sealed,
    "account_logins.methods": at_client(),
    "account_logins.prove_address": at_client(token="made up"),
    "account_logins.read_user": lambda cast: {"user_id": cast.world.people["target"]},
    "account_logins.refresh": at_client(refresh_token="made up"),
    "account_logins.reset_password": at_client(token="made up", new_password="a long new phrase"),
    "account_logins.send_proof_link": lambda _: {},
    "account_logins.send_reset_link": at_client(email_address=NOBODY),
    "account_logins.send_sign_in_link": at_client(email_address=NOBODY),
    "account_logins.sign_in": at_client(email_address=NOBODY, password="made up"),
    "account_logins.sign_in_with_link": at_client(token="made up"),
    "account_logins.sign_out": lambda _: {},
    "account_logins.sign_up": at_client(
        new=NewLogin(email_address="fresh@example.com", password="a long pass phrase of mine")
    ),
    "account_logins.switch": lambda cast: {"organization_id": cast["organization"]},
}
FAILING = {
    "account_logins.accept_invitation": MAILED,
    "account_logins.form_token": "its form session is known to its browser alone",
    "account_logins.prove_address": MAILED,
    "account_logins.refresh": "the refresh token is known to the client alone",
    "account_logins.reset_password": MAILED,
    "account_logins.send_proof_link": "nobody here came by an access token",
    "account_logins.sign_in": "nobody has the address",
    "account_logins.sign_in_with_link": MAILED,
    "account_logins.switch": "nobody here came by an access token",
}
