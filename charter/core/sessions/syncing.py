"""Takes a browser's client from the primary domain of an instance to a satellite.

A browser keeps cookies for each domain apart, so it is sent around: from the satellite's Frontend
API to the primary one, which knows its client, and back with a token that works once, within a
minute, and in this browser alone. Without the last, anybody could sign others in as themselves by
a link.
"""

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from charter.core.clients.browsers import find_own
from charter.core.clients.promises import promise
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.links import ReturnUrlNotAllowed, checked_site_url, with_parameters
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.instance_domains.model import LinkTokenInvalid
from charter.core.instances.model import Instance, Satellite
from charter.core.instances.origins import frontend_base
from charter.core.keys.lookup import instance_of
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, new_secret

SYNCED = "__clerk_synced"
TOKEN = "__clerk_token"  # noqa: S105  # the name of a parameter
LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Return:
    """Where the browser goes, the cookies that it takes along, and its token, if it is another."""

    location: str
    cookies: tuple[str, ...] = ()
    client_token: str | None = field(default=None, repr=False)


@operation("sessions.sync", permission=Permission.PUBLIC, raises=(ReturnUrlNotAllowed,))
async def sync(
    ctx: Context,
    redirect_url: str | None = None,
    link_domain: str | None = None,
    state: str | None = None,
) -> Return:
    """Begin at a satellite to take over who is signed in on the primary domain, and go on there.

    redirect_url: a page of the app, to end at. link_domain, state: the satellite that a browser
        comes from, and what binds the way to it, as this operation itself asks for.
    Raises: ReturnUrlNotAllowed, also for a domain that is no satellite.
    Source: Clerk FAPI 2026-05-12, syncClient.
    """
    await ctx.allow()
    if not redirect_url:
        raise MissingInput("redirect_url", reason="it is required")
    instance = await instance_of(ctx)
    back = checked_site_url(instance, ctx.platform.addresses, redirect_url)
    if instance.is_development:
        # All its domains share one Frontend API, and its cookies.
        return Return(_synced(back))
    here = satellite_here(ctx, instance)
    if here is not None:
        return begun(ctx, instance, here, back)
    satellite = instance.satellite_named(link_domain or "")
    if satellite is None:
        raise ReturnUrlNotAllowed("link_domain")
    if not state:
        return Return(f"{_base(satellite)}/client/sync?{urlencode({'redirect_url': back})}")
    token = await _issued(ctx, satellite, back, state)
    return Return(f"{_base(satellite)}/client/link?{urlencode({TOKEN: token})}")


@operation("sessions.link", permission=Permission.PUBLIC, raises=(LinkTokenInvalid,))
async def link(ctx: Context, token: str | None = None) -> Return:
    """Give a browser at a satellite the client that it has on the primary domain.

    Raises: LinkTokenInvalid, for a token that was used, has expired, or is of another browser or
        another domain.
    Source: Clerk FAPI 2026-05-12, linkClient.
    """
    await ctx.allow()
    if not token:
        raise MissingInput(TOKEN, reason="it is required")
    try:
        grant = await granting.spend(ctx, Purpose.SATELLITE_LINK, token)
    except GRANT_ERRORS as unusable:
        raise LinkTokenInvalid from unusable
    given, held = grant.facts, ctx.actor.client_digest
    is_here = ctx.request.satellite == given["satellite"]
    if not is_here or held is None or not _is_of(ctx, held, given["state"]):
        raise LinkTokenInvalid
    # It holds the client's token: once it is handed over, nothing keeps it.
    await grant_queries.delete_grant(ctx.db, grant.id)
    taken = None
    if given["client"] is not None:
        sealed = base64.b64decode(given["client"])
        taken = ctx.platform.vault.open(sealed, _context(ctx, token)).decode()
    return Return(_synced(given["redirect_url"]), client_token=taken)


def satellite_here(ctx: Context, instance: Instance) -> Satellite | None:
    """The satellite that the request came to."""
    return instance.satellite_named(ctx.request.satellite or "")


def begun(ctx: Context, instance: Instance, here: Satellite, back: str) -> Return:
    """Send a browser from a satellite to the primary domain, bound to what it holds.

    back: where it goes at the end, checked.
    """
    token, held = None, ctx.actor.client_digest
    if held is None:
        token = promise(ctx.platform, instance.id)
        held = digest(token)
    asked = {"link_domain": here.name, "redirect_url": back, "state": _state(ctx, held)}
    base = frontend_base(instance, ctx.platform.addresses)
    return Return(f"{base}/client/sync?{urlencode(asked)}", client_token=token)


def own_address(satellite: Satellite, path: str, given: dict[str, str]) -> str:
    """An address at a satellite's own Frontend API."""
    return f"{_base(satellite)}{path}?{urlencode(given)}"


async def _issued(ctx: Context, satellite: Satellite, back: str, state: str) -> str:
    """A token that takes the browser's client, if it has one, to a satellite."""
    secret = new_secret("", 20)
    sealed = None
    if ctx.actor.client_token is not None and await find_own(ctx) is not None:
        opened = ctx.actor.client_token.encode()
        sealed = ctx.platform.vault.seal(opened, _context(ctx, secret))
    await granting.issue(
        ctx,
        Purpose.SATELLITE_LINK,
        ctx.actor.instance_id,
        expires_at=ctx.now + LIFETIME,
        facts={
            "client": None if sealed is None else base64.b64encode(sealed).decode(),
            "satellite": satellite.name,
            "redirect_url": back,
            "state": state[:64],
        },
        secret=secret,
    )
    return secret


def _synced(back: str) -> str:
    return with_parameters(back, {SYNCED: "true"})


def _base(satellite: Satellite) -> str:
    return f"{satellite.proxy_url or f'https://{satellite.frontend_host}'}/v1"


def _state(ctx: Context, held: bytes) -> str:
    return ctx.platform.vault.mark(held.hex(), f"satellites:{ctx.actor.instance_id}")


def _is_of(ctx: Context, held: bytes, state: str) -> bool:
    place = f"satellites:{ctx.actor.instance_id}"
    return ctx.platform.vault.is_marked(held.hex(), state, place)


def _context(ctx: Context, secret: str) -> str:
    return f"satellite_links:{ctx.actor.instance_id}:{digest(secret).hex()}"
