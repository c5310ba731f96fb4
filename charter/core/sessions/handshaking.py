"""Tells an app's server how a browser stands, by way of a redirect of the browser itself.

The app's server cannot read the cookies of the Frontend API. It sends the browser there, which
comes back with directives: complete Set-Cookie values, either signed within the address or named
by a nonce that the app's server trades for them. The answer is always definite, signed in or
signed out; anything else would send the browser around in circles.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import msgspec

from charter.core.clients.browsers import find_own
from charter.core.clients.model import ClientRow
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.links import (
    ReturnUrlNotAllowed,
    checked_return_url,
    checked_site_url,
    with_parameters,
)
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.instances.model import Instance
from charter.core.instances.origins import app_url, origin_of, parsed
from charter.core.keys.lookup import instance_of, keys_of
from charter.core.keys.model import NoActiveSigningKey
from charter.core.sessions import cookies, queries
from charter.core.sessions.beginning import CLIENT_TOKEN_PREFIX
from charter.core.sessions.claims import ClaimsTooLarge
from charter.core.sessions.minting import mint
from charter.core.sessions.model import Session, SessionNotActive, SessionNotFound
from charter.core.sessions.refreshing import issue_refresh_token
from charter.core.sessions.subjects import get_whole_subject
from charter.core.sessions.syncing import SYNCED, Return, begun, own_address, satellite_here
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError, Kind, MissingInput
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset
from charter.kernel.secrets import digest, new_secret, well_formed
from charter.kernel.tokens import sign

NONCE = "__clerk_handshake_nonce"
PAYLOAD = "__clerk_handshake"
DEV_BROWSER_PREFIX = "dvb_"
LIFETIME = timedelta(minutes=1)
"""How long directives wait for the app's server; they hold session tokens."""
COOKIE_BYTES = 4000
"""What a browser keeps of one cookie, its name and attributes aside."""
Format = Literal["nonce", "token"]


@dataclass(frozen=True, slots=True)
class Directives:
    """Complete Set-Cookie values, for an app's server to hand on."""

    directives: tuple[str, ...]


class NonceInvalid(DomainError):
    """There are no directives for this nonce, or they were fetched before."""

    kind, code = Kind.NOT_FOUND, "nonce_invalid"
    message = "No handshake has this nonce, or it was used before."
    parameter = "nonce"


@operation(
    "sessions.handshake",
    permission=Permission.PUBLIC,
    raises=(ReturnUrlNotAllowed, NoActiveSigningKey),
)
async def handshake(
    ctx: Context,
    redirect_url: str | None = None,
    format: Format | None = None,  # noqa: A002  # the word of the wire
    organization_id: str | Unset | None = UNSET,
    *,
    dev_browser: str | None = None,
    synced: str | None = None,
) -> Return:
    """Send a browser back to its app with all that says whether it is signed in.

    redirect_url: a page of the app. format: how the directives travel, `token` when left out.
    organization_id: an id or a slug to become active in; empty: the person acts for themselves;
        one that they are not in changes nothing. dev_browser: the name that the app's pages have
        given the browser in development. synced: `true` where a satellite has just heard from the
        primary domain who is signed in; else it asks there first, unless it knows somebody.
    Raises: ReturnUrlNotAllowed.
    Source: Clerk FAPI 2026-05-12, handshakeClient.
    """
    await ctx.allow()
    if not redirect_url:
        raise MissingInput("redirect_url", reason="it is required")
    instance = await instance_of(ctx)
    back = checked_site_url(instance, ctx.platform.addresses, redirect_url)
    # The keys and the client are read before the transaction takes a connection.
    keys = await keys_of(ctx)
    client = await find_own(ctx)
    here = satellite_here(ctx, instance)
    if here is not None and synced != "true" and await _session(ctx, client) is None:
        asked = {"redirect_url": back, **({"format": format} if format else {})}
        if isinstance(organization_id, str):
            asked["organization_id"] = organization_id
        return begun(ctx, instance, here, own_address(here, "/client/handshake", asked))
    if here is not None:
        back = with_parameters(back, {SYNCED: "true"})
    directives: list[str] = []
    if instance.is_development:
        name = _dev_browser(dev_browser)
        directives += cookies.dev_browser_cookies(instance, name)
    directives += await _directives(ctx, instance, client, back, organization_id)
    if format == "nonce":
        return _back(ctx, instance, back, NONCE, await _kept(ctx, instance, directives))
    if not instance.is_development:
        directives.append(_gone(ctx, instance, PAYLOAD))
    return _back(ctx, instance, back, PAYLOAD, sign(keys.active, {"handshake": directives}))


@operation("sessions.take_handshake", permission=Permission.SESSIONS_MANAGE, raises=(NonceInvalid,))
async def take_handshake(ctx: Context, nonce: str) -> Directives:
    """Fetch the directives of a handshake, once, within a minute.

    Raises: NonceInvalid.
    Source: the wire rules of existing back ends: GET /v1/clients/handshake_payload.
    """
    await ctx.allow()
    try:
        grant = await granting.spend(ctx, Purpose.HANDSHAKE, nonce)
    except GRANT_ERRORS as unusable:
        raise NonceInvalid from unusable
    # They hold session tokens: once they are fetched, nothing keeps them.
    await grant_queries.delete_grant(ctx.db, grant.id)
    sealed = base64.b64decode(grant.facts["directives"])
    opened = ctx.platform.vault.open(sealed, _context(ctx, nonce))
    return Directives(msgspec.json.decode(opened, type=tuple[str, ...]))


@operation(
    "clients.send_on",
    permission=Permission.PUBLIC,
    raises=(ReturnUrlNotAllowed,),
    writes=False,
)
async def send_on(ctx: Context, redirect_url: str | None = None) -> Return:
    """Send a browser on to a page of the app.

    redirect_url: the page; the app's first one when left out.
    Raises: ReturnUrlNotAllowed.
    Source: Clerk FAPI 2026-05-12, redirectToUrl; the wire rules of existing browsers' clients:
        GET /v1/client/touch.
    """
    await ctx.allow()
    addresses = ctx.platform.addresses
    instance = await instance_of(ctx)
    own = app_url(instance, addresses)
    return Return(checked_return_url(instance, addresses, redirect_url or own))


async def _directives(
    ctx: Context,
    instance: Instance,
    client: ClientRow | None,
    back: str,
    organization_id: str | Unset | None,
) -> list[str]:
    """What makes an app's server see the browser as it stands here."""
    # Its pages set these cookies, on whatever site the app is.
    domain = ctx.request.satellite or cookies.cookie_domain(instance, _host_of(back))
    session = await _session(ctx, client)
    if client is not None and session is not None:
        await _activate(ctx, instance, session, organization_id)
        try:
            subject = await get_whole_subject(ctx, session.id)
            jwt = await mint(ctx, subject, authorized_party=origin_of(back))
        except (SessionNotFound, SessionNotActive, ClaimsTooLarge):
            # It ended meanwhile, its user was banned, or no cookie holds it: that is an answer too.
            session = None
    if client is None or session is None:
        found = [*cookies.no_session_cookies(instance)]
        found += cookies.updated_cookies(instance, None, domain)
        if not instance.is_development:
            found.append(cookies.refresh_cookie(instance, "", ctx.now, ctx.now))
        return found
    end = session.expire_at
    found = [*cookies.session_cookies(instance, jwt, end, ctx.now, is_suffixed=True)]
    found += cookies.updated_cookies(instance, client.updated_at, domain)
    if not instance.is_development:
        token = await issue_refresh_token(ctx, session)
        found.append(cookies.refresh_cookie(instance, token, end, ctx.now))
    return found


async def _session(ctx: Context, client: ClientRow | None) -> Session | None:
    """The session that the browser used last, or the newest of those that stand."""
    if client is None:
        return None
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    alive = await queries.find_alive(reading, client.id, ctx.now)
    chosen = [each for each in alive if each.id == client.last_active_session_id]
    return next(iter(chosen or alive[::-1]), None)


async def _activate(
    ctx: Context, instance: Instance, session: Session, organization_id: str | Unset | None
) -> None:
    """Make the organization that was asked for the active one, if it can be."""
    if isinstance(organization_id, Unset):
        return
    chosen = None
    if organization_id:
        chosen = await queries.find_organization(ctx.db, session.user_id, organization_id)
    is_possible = (
        not instance.settings.organizations.are_required if not organization_id else chosen
    )
    if is_possible and chosen != session.last_active_organization_id:
        await queries.update_organization(ctx.db, session.id, chosen, ctx.now)


async def _kept(ctx: Context, instance: Instance, directives: Sequence[str]) -> str:
    """Keep directives sealed until the app's server asks for them; the nonce that names them."""
    nonce = new_secret("", 20)
    if not instance.is_development:
        directives = [*directives, _gone(ctx, instance, NONCE)]
    sealed = ctx.platform.vault.seal(msgspec.json.encode(directives), _context(ctx, nonce))
    await granting.issue(
        ctx,
        Purpose.HANDSHAKE,
        ctx.actor.instance_id,
        expires_at=ctx.now + LIFETIME,
        facts={"directives": base64.b64encode(sealed).decode()},
        secret=nonce,
    )
    return nonce


def _context(ctx: Context, nonce: str) -> str:
    return f"handshakes:{ctx.actor.instance_id}:{digest(nonce).hex()}"


def _dev_browser(given: str | None) -> str:
    """The browser's name in development: as the app's pages know it, or a new one."""
    if given is not None and any(
        well_formed(prefix, given) for prefix in (DEV_BROWSER_PREFIX, CLIENT_TOKEN_PREFIX)
    ):
        return given
    return new_secret(DEV_BROWSER_PREFIX)


def _back(ctx: Context, instance: Instance, back: str, name: str, value: str) -> Return:
    """In development within the address, in production in a cookie where one reaches the app."""
    domain = _domain_of(ctx, instance, back)
    if domain is None or len(value) > COOKIE_BYTES:
        return Return(with_parameters(back, {name: value}))
    seconds = int(LIFETIME.total_seconds())
    attributes = f"Path=/; Max-Age={seconds}; SameSite=Lax; Secure; HttpOnly"
    return Return(back, (f"{name}={value}; Domain={domain}; {attributes}",))


def _gone(ctx: Context, instance: Instance, name: str) -> str:
    """What takes a cookie of `_back` away again, once it has been read."""
    domain = ctx.request.satellite or cookies.cookie_domain(instance)
    scope = f"Domain={domain}; " if domain is not None else ""
    return f"{name}=; {scope}Path=/; Max-Age=0; SameSite=Lax; Secure; HttpOnly"


def _domain_of(ctx: Context, instance: Instance, back: str) -> str | None:
    """The domain that a page of the app shares with the Frontend API; None where none is."""
    domain, host = ctx.request.satellite or cookies.cookie_domain(instance), _host_of(back)
    if domain is None or host is None:
        return None
    return domain if host == domain or host.endswith("." + domain) else None


def _host_of(back: str) -> str | None:
    found = parsed(back)
    return None if found is None else str(found.hostname)
