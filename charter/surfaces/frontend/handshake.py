"""How an app's server learns of a browser's sessions, and how the browser's cookie is kept."""

from msgspec import UNSET, UnsetType, field

from charter.core.sessions import handshaking, syncing
from charter.core.sessions.handshaking import Format
from charter.surfaces.frontend.shapes import Redirecting
from charter.wire.call import Call, In

TAG = "Client"
KEPT_SUFFIXED = (
    "cookies are always set with and without the suffix, so that every client finds its own"
)
ASKED_THERE = "a satellite takes over who is signed in at its own address, by client/sync"


class Handshake(In):
    """Where to go back to, and how."""

    redirect_url: str | None = None
    format: Format | None = None
    organization_id: str | UnsetType | None = UNSET
    suffixed_cookies: str | None = None
    satellite_fapi: str | None = None
    dev_browser: str | None = field(name="__clerk_db_jwt", default=None)
    synced: str | None = field(name="__clerk_synced", default=None)


class Sync(In):
    """Which satellite a browser comes from, and where it ends."""

    link_domain: str | None = None
    redirect_url: str | None = None
    state: str | None = None


class Link(In):
    """What takes a browser's client to a satellite."""

    token: str | None = field(name="__clerk_token", default=None)


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
        names={"__clerk_db_jwt": "dev_browser", "__clerk_synced": "synced"},
        ignores={"suffixed_cookies": KEPT_SUFFIXED, "satellite_fapi": ASKED_THERE},
        tag=TAG,
    ),
    Call("GET", "/client/sync", syncing.sync, Redirecting(307), query=Sync, tag=TAG),
    Call(
        "GET",
        "/client/link",
        syncing.link,
        Redirecting(307),
        query=Link,
        names={"__clerk_token": "token"},
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
