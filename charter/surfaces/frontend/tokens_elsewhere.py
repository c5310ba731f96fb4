"""Tokens that are not session tokens, in the Frontend API."""

from charter.core.sessions import tokens_elsewhere
from charter.surfaces.backend.sessions import TokenOut
from charter.wire.call import Call
from charter.wire.forms import FormIn


class CreateServiceToken(FormIn):
    """For which service."""

    service: str


CALLS = [
    Call(
        "POST",
        "/client/sessions/{session_id}/tokens/{template_name}",
        tokens_elsewhere.mint_own_from_template,
        TokenOut,
        tag="Sessions",
    ),
    Call(
        "POST",
        "/me/tokens",
        tokens_elsewhere.create_service_token,
        TokenOut,
        body=CreateServiceToken,
        tag="User",
    ),
]
