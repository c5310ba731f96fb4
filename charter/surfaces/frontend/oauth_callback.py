"""Where identity providers send browsers back to."""

from charter.core.external_accounts import callback
from charter.surfaces.frontend.shapes import Redirecting
from charter.wire.call import Call, In
from charter.wire.forms import FormIn

TAG = "OAuth2 Callbacks"
SCOPE = "the scopes that were granted come with the token, from the provider itself"


class Answered(In):
    """A provider's answer."""

    scope: str | None = None
    code: str | None = None
    state: str | None = None
    error: str | None = None
    user: str | None = None


class PostedAnswer(FormIn):
    """A provider's answer, sent as a form."""

    scope: str | None = None
    code: str | None = None
    state: str | None = None
    error: str | None = None
    user: str | None = None


CALLS = [
    Call(
        "GET",
        "/oauth_callback",
        callback.answer,
        Redirecting(),
        query=Answered,
        ignores={"scope": SCOPE},
        tag=TAG,
    ),
    Call(
        "POST",
        "/oauth_callback",
        callback.turn_to_get,
        Redirecting(),
        body=PostedAnswer,
        is_body_optional=True,
        ignores={"scope": SCOPE},
        tag=TAG,
    ),
]
