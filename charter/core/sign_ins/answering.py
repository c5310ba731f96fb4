"""Goes on with a sign-in when a provider has said who somebody is, or a sign-up has found out."""

from dataclasses import replace

from charter.core.checks.model import Check, CheckStatus
from charter.core.clients.browsers import Held, own
from charter.core.external_accounts import attaching
from charter.core.external_accounts.carrying import unpacked
from charter.core.external_accounts.knowing import Known, known
from charter.core.external_accounts.model import (
    AddressNotProven,
    CallbackInvalid,
    ExternalAccountUnknown,
    TransferInvalid,
)
from charter.core.external_accounts.outcome import (
    Outcome,
    Returned,
    failed,
    passed,
    taken_over,
    transferable,
)
from charter.core.grants.model import Grant
from charter.core.identity_providers import queries as provider_queries
from charter.core.identity_providers.model import (
    IdentityProvider,
    OutsideIdentity,
    ProviderNotEnabled,
)
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.passwords.model import UserLocked
from charter.core.sessions import queries as session_queries
from charter.core.sessions.model import UserBanned
from charter.core.sign_ins import advancing, queries
from charter.core.sign_ins.beginning import new_sign_in, refuse_present
from charter.core.sign_ins.model import (
    AlreadySignedIn,
    Entry,
    NewSignIn,
    Passed,
    Progress,
    SignIn,
    SignInNotFound,
    SignInStatus,
)
from charter.core.sign_ups.admitting import IdentifierNotAllowed, check_sign_in
from charter.core.sign_ups.queries import CURRENT as CURRENT_SIGN_UP
from charter.core.users.model import User
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context

WAITING = (SignInStatus.NEEDS_IDENTIFIER, SignInStatus.NEEDS_FIRST_FACTOR)


async def answered(ctx: Context, instance: Instance, grant: Grant, outcome: Outcome) -> Returned:
    """Go on with the sign-in that waited for a provider.

    Raises: CallbackInvalid, for one that waits no more.
    """
    held = await own(ctx)
    try:
        sign_in = await queries.lock_sign_in(ctx.db, held.client.id, grant.subject_id)
    except SignInNotFound as gone:
        raise CallbackInvalid("state") from gone
    check = sign_in.first_check
    is_waiting = sign_in.status_at(ctx.now) in WAITING
    if check is None or check.grant_id != grant.id or not is_waiting:
        raise CallbackInvalid("state")
    url = check.return_url or ""
    entry = Entry(instance, sign_in, None)
    if outcome.identity is None or outcome.provider is None:
        return await _over(ctx, sign_in, failed(check, outcome.refusal or CallbackInvalid()), url)
    who = await known(ctx, outcome.provider, outcome.identity)
    refusal = await _refusal(ctx, held, who)
    if refusal is not None:
        return await _over(ctx, sign_in, failed(check, refusal), url)
    if who.user is None:
        waiting = await transferable(
            ctx,
            check,
            outcome.provider.strategy,
            outcome.identity,
            flow_id=sign_in.id,
            client_id=held.client.id,
            error=ExternalAccountUnknown(),
        )
        return await _over(ctx, sign_in, waiting, url)
    await _keep(ctx, who.user, who, outcome.provider, outcome.identity)
    proof = Passed(passed(check), who.user.id)
    progress = await advancing.passed_first(ctx, entry, proof, held=held)
    is_done = progress.view.sign_in.created_session_id is not None
    return Returned((is_done and check.complete_url) or url, progress.client_token)


async def take_over(ctx: Context, instance: Instance, new: NewSignIn) -> Progress:
    """Begin a sign-in with the identity that a sign-up of this browser found to be known.

    Raises: TransferInvalid; ProviderNotEnabled; AlreadySignedIn; SessionExists; UserLocked;
        UserBanned.
    """
    await refuse_present(ctx, instance, None)
    held = await own(ctx)
    sign_up = await ctx.db.find(CURRENT_SIGN_UP, client_id=held.client.id, now=ctx.now)
    facts = await taken_over(ctx, sign_up.external_check if sign_up else None, held.client.id)
    strategy, identity = unpacked(ctx, facts)
    provider = await provider_queries.find_open(ctx.db, strategy)
    if provider is None:
        raise ProviderNotEnabled("strategy")
    who = await known(ctx, provider, identity)
    if who.user is None:
        raise TransferInvalid("transfer")
    refusal = await _refusal(ctx, held, who)
    if refusal is not None:
        raise refusal
    sign_in = replace(new_sign_in(ctx, new, None), client_id=held.client.id)
    await queries.begin_sign_in(ctx.db, sign_in)
    await _keep(ctx, who.user, who, provider, identity)
    proof = Passed(Check(strategy, CheckStatus.VERIFIED, expires_at=ctx.now), who.user.id)
    progress = await advancing.passed_first(ctx, Entry(instance, sign_in, None), proof, held=held)
    return replace(progress, client_token=progress.client_token or held.token)


async def _refusal(ctx: Context, held: Held, who: Known) -> DomainError | None:
    """Why somebody may not go on, though the provider knows them."""
    if who.is_refused:
        return AddressNotProven()
    if who.user is None:
        return None
    kept_out = await _kept_out(ctx, who.user)
    if kept_out is not None:
        return kept_out
    alive = await session_queries.find_alive(ctx.db, held.client.id, ctx.now)
    for session in alive:
        if session.user_id == who.user.id:
            return AlreadySignedIn(session_id=session.id)
    return None


async def _kept_out(ctx: Context, user: User) -> DomainError | None:
    """Why a user may sign in nowhere now."""
    if user.is_banned:
        return UserBanned()
    if user.is_locked_at(ctx.now):
        return UserLocked()
    try:
        await check_sign_in(ctx.db, await instance_of(ctx), user)
    except IdentifierNotAllowed as unlisted:
        return unlisted
    return None


async def _keep(
    ctx: Context, user: User, who: Known, provider: IdentityProvider, identity: OutsideIdentity
) -> None:
    """Keep what the provider says today; link it, where an address led to the user."""
    if who.account is None:
        await attaching.linked(ctx, user, provider, identity)
    else:
        await attaching.attach(ctx, user.id, provider.strategy, identity, account=who.account)


async def _over(ctx: Context, sign_in: SignIn, check: Check, url: str) -> Returned:
    row = replace(sign_in, first_check=check, updated_at=ctx.now)
    queries.update_sign_in(ctx.db, row)
    return Returned(url)
