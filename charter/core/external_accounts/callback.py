"""Takes the answers of identity providers, and hands each to the flow that waits for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from charter.core.clients.browsers import find_own
from charter.core.external_accounts import linking
from charter.core.external_accounts.model import CallbackInvalid, ExternalAccountClaimed
from charter.core.external_accounts.native import Said, kept_for_app, opened
from charter.core.external_accounts.outcome import Outcome, Returned
from charter.core.grants.links import with_parameters
from charter.core.grants.model import Grant, Purpose
from charter.core.identity_providers import queries as provider_queries
from charter.core.identity_providers.model import (
    AccessDenied,
    IdentityProviderRow,
    OutsideIdentity,
    ProfileFailed,
    ProviderFailed,
    ProviderNotEnabled,
    TokenExchangeFailed,
)
from charter.core.identity_providers.speaking import (
    Flow,
    answered,
    callback_url,
    connected,
    spend,
)
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import ATTEMPTS, limit
from charter.core.sign_ins import answering as sign_ins
from charter.core.sign_ins.advancing import ADVANCING_ERRORS
from charter.core.sign_ups import answering as sign_ups
from charter.core.users.making import MAKING_ERRORS
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import SealRefused

Handler = Callable[[Context, Instance, Grant, Outcome], Awaitable[Returned]]

FLOWS: Mapping[str, Handler] = {
    Flow.SIGN_IN: sign_ins.answered,
    Flow.SIGN_UP: sign_ups.answered,
    Flow.LINK: linking.answered,
}
"""What waits for an answer → what goes on with it."""
MAX_LENGTH = 4096
DEV_BROWSER = "__clerk_db_jwt"


@operation(
    "external_accounts.answer",
    permission=Permission.PUBLIC,
    raises=(*ADVANCING_ERRORS, *MAKING_ERRORS, CallbackInvalid, ExternalAccountClaimed),
)
async def answer(
    ctx: Context,
    state: str | None = None,
    code: str | None = None,
    error: str | None = None,
    user: str | None = None,
) -> Returned:
    """Take a provider's answer: whom it names goes on with what they began in this browser.

    What went wrong at the provider is told by the flow, not by an error: its page shows it.
    error: as in RFC 6749, section 4.1.2.1. user: what Apple says of the person, as JSON.
    Returns: where the browser goes on, and its new token where it is signed in now.
    Raises: CallbackInvalid, for an answer that this browser does not wait for, or one used before;
        TooManyAttempts.
    Announces: what the flow does.
    Source: Clerk FAPI 2026-05-12, getOauthCallback.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await limit(ctx, instance, ATTEMPTS)
    client = await find_own(ctx)
    grant = None
    if state and len(state) <= MAX_LENGTH:
        client_id = None if client is None else client.id
        grant = await spend(ctx, Purpose.OAUTH_STATE, state, client_id)
    if grant is None:
        raise CallbackInvalid("state")
    said = Said(code, error, user)
    if grant.facts["native_client_id"] is not None:
        return await kept_for_app(ctx, grant, said)
    outcome = await _outcome(ctx, instance, grant, said)
    returned = await FLOWS[grant.facts["flow"]](ctx, instance, grant, outcome)
    if returned.client_token is None or not instance.is_development:
        return returned
    # In development the app may hold the client's token itself; this one ended just now.
    location = with_parameters(returned.location, {DEV_BROWSER: returned.client_token})
    return replace(returned, location=location)


@operation(
    "external_accounts.bring",
    permission=Permission.PUBLIC,
    raises=(*ADVANCING_ERRORS, *MAKING_ERRORS, CallbackInvalid, ExternalAccountClaimed),
)
async def bring(ctx: Context, nonce: str) -> Returned:
    """Take a provider's answer from the app on a phone that asked, which got it with its way back.

    nonce: what `external_accounts.answer` gave the app's address: only who holds it and the
        client that asked goes on.
    Returns: where a browser would go on, and the client's new token where it is signed in now.
    Raises: CallbackInvalid, for an answer that this client does not wait for, or one used before.
    Announces: what the flow does.
    Source: the wire rules of existing native clients: `rotating_token_nonce`.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    client, grant = await find_own(ctx), None
    if client is not None and len(nonce) <= MAX_LENGTH:
        grant = await spend(ctx, Purpose.OAUTH_ANSWER, nonce, client.id)
    if grant is None:
        raise CallbackInvalid("rotating_token_nonce")
    asked, said = opened(ctx, grant)
    outcome = await _outcome(ctx, instance, asked, said)
    return await FLOWS[asked.facts["flow"]](ctx, instance, asked, outcome)


@operation("external_accounts.turn_to_get", permission=Permission.PUBLIC, writes=False)
async def turn_to_get(
    ctx: Context,
    state: str | None = None,
    code: str | None = None,
    error: str | None = None,
    user: str | None = None,
) -> Returned:
    """Send an answer that came as a form from another site round again as an address.

    Browsers show their cookies to a navigation, and not to a form of another site.
    Source: Clerk FAPI 2026-05-12, postOauthCallback.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    given = {"state": state, "code": code, "error": error, "user": user}
    carried = {name: text[:MAX_LENGTH] for name, text in given.items() if text}
    return Returned(with_parameters(callback_url(ctx.platform.addresses, instance), carried))


async def _outcome(ctx: Context, instance: Instance, grant: Grant, said: Said) -> Outcome:
    """Who the provider says it is; asked while no transaction is open."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    row = await provider_queries.find_open(reading, str(grant.facts["strategy"]))
    # One that was taken away and added again meanwhile may be somebody else.
    if row is None or row.id != grant.facts["provider_id"]:
        return Outcome(None, None, ProviderNotEnabled())
    if said.error:
        return Outcome(row, None, AccessDenied())
    if not said.code or len(said.code) > MAX_LENGTH:
        return Outcome(row, None, TokenExchangeFailed(reason="code"))
    try:
        return Outcome(row, await _identity(ctx, instance, row, grant, said))
    except ProviderFailed as failure:
        # What the provider said goes into the log alone.
        return Outcome(row, None, type(failure)())


async def _identity(
    ctx: Context, instance: Instance, row: IdentityProviderRow, grant: Grant, said: Said
) -> OutsideIdentity:
    if ctx.platform.identity is None:
        raise ProfileFailed(reason="no way out")
    try:
        asked = answered(ctx, grant, said.code or "", said.person)
        connection = connected(ctx, instance, row)
    except SealRefused as refused:
        raise ProfileFailed(reason="sealed under a key that is gone") from refused
    found: OutsideIdentity = await ctx.platform.identity.identify(connection, asked)
    return found
