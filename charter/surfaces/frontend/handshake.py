"""How an app's server learns of a browser's sessions, and how the browser's cookie is kept."""

from msgspec import UNSET, UnsetType, field

from charter.core.sessions import handshaking
from charter.core.sessions.handshaking import Format
from charter.surfaces.frontend.shapes import Redirecting
from charter.wire.call import Call, In

TAG = "Client"
KEPT_SUFFIXED = (
    "cookies are always set with and without the suffix, so that every client finds its own"
)
NO_SATELLITES = "an app on another domain signs in there by itself"


class Handshake(In):
    """Where to go back to, and how."""

    redirect_url: str | None = None
    format: Format | None = None
    organization_id: str | UnsetType | None = UNSET
    suffixed_cookies: str | None = None
    satellite_fapi: str | None = None
    dev_browser: str | None = field(name="__clerk_db_jwt", default=None)


class Touch(In):
    """Where to go on to."""

    redirect_url: str | None = None


CALLS = [
    Call(
        "GET",
        "/client/handshake",
        handshaking.handshake,
        Redirecting(307),
        query=Handshake,
        names={"__clerk_db_jwt": "dev_browser"},
        ignores={"suffixed_cookies": KEPT_SUFFIXED, "satellite_fapi": NO_SATELLITES},
        tag=TAG,
    ),
    Call(
        "GET",
        "/client/touch",
        handshaking.send_on,
        Redirecting(307, renews_client=True),
        query=Touch,
        tag=TAG,
    ),
    Call("GET", "/redirect", handshaking.send_on, Redirecting(307), query=Touch, tag="Redirect"),
]
