"""Takes the answers of identity providers, and hands each to the flow that waits for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from charter.core.clients.browsers import find_own
from charter.core.external_accounts import linking
from charter.core.external_accounts.model import CallbackInvalid, ExternalAccountClaimed
from charter.core.external_accounts.outcome import Outcome, Returned
from charter.core.grants.links import with_parameters
from charter.core.grants.model import Grant
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
    spend_state,
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


@dataclass(frozen=True, slots=True)
class _Given:
    """What a browser brought back, for what it was sent away with."""

    grant: Grant
    code: str
    person: str | None


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
    if client is not None and state and len(state) <= MAX_LENGTH:
        grant = await spend_state(ctx, state, client.id)
    if grant is None:
        raise CallbackInvalid("state")
    outcome = await _outcome(ctx, instance, grant, code=code, error=error, person=user)
    returned = await FLOWS[grant.facts["flow"]](ctx, instance, grant, outcome)
    if returned.client_token is None or not instance.is_development:
        return returned
    # In development the app may hold the client's token itself; this one ended just now.
    location = with_parameters(returned.location, {DEV_BROWSER: returned.client_token})
    return replace(returned, location=location)


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


async def _outcome(
    ctx: Context,
    instance: Instance,
    grant: Grant,
    *,
    code: str | None,
    error: str | None,
    person: str | None,
) -> Outcome:
    """Who the provider says it is; asked while no transaction is open."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    row = await provider_queries.find_open(reading, str(grant.facts["strategy"]))
    # One that was taken away and added again meanwhile may be somebody else.
    if row is None or row.id != grant.facts["provider_id"]:
        return Outcome(None, None, ProviderNotEnabled())
    if error:
        return Outcome(row, None, AccessDenied())
    if not code or len(code) > MAX_LENGTH:
        return Outcome(row, None, TokenExchangeFailed(reason="code"))
    try:
        return Outcome(row, await _identity(ctx, instance, row, _Given(grant, code, person)))
    except ProviderFailed as failure:
        # What the provider said goes into the log alone.
        return Outcome(row, None, type(failure)())


async def _identity(
    ctx: Context,
    instance: Instance,
    row: IdentityProviderRow,
    given: _Given,
) -> OutsideIdentity:
    if ctx.platform.identity is None:
        raise ProfileFailed(reason="no way out")
    try:
        asked = answered(ctx, given.grant, given.code, given.person)
        connection = connected(ctx, instance, row)
    except SealRefused as refused:
        raise ProfileFailed(reason="sealed under a key that is gone") from refused
    found: OutsideIdentity = await ctx.platform.identity.identify(connection, asked)
    return found
