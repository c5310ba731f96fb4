"""Goes on with a sign-up when a provider has said who somebody is, or a sign-in has found out."""

from dataclasses import replace
from typing import Any

from charter.core.checks.model import Check, CheckStatus
from charter.core.clients.browsers import Held, own
from charter.core.email_addresses.normal_form import address_key
from charter.core.external_accounts.carrying import packed, unpacked
from charter.core.external_accounts.knowing import Known, known, proves_address
from charter.core.external_accounts.model import (
    AddressNotProven,
    CallbackInvalid,
    ExternalAccountExists,
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
from charter.core.identity_providers.speaking import STRATEGIES, Flow, Question, ask
from charter.core.instances.model import Instance
from charter.core.sign_ins.queries import CURRENT as CURRENT_SIGN_IN
from charter.core.sign_ups import queries
from charter.core.sign_ups.admitting import (
    AddressNotAllowed,
    check_address,
    check_lists,
    check_mode,
)
from charter.core.sign_ups.completing import COMPLETING_ERRORS, advanced
from charter.core.sign_ups.model import (
    GivenFields,
    Progress,
    SignUp,
    SignUpNotFound,
    SignUpStatus,
    SignUpView,
)
from charter.core.sign_ups.requirements import requirements
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context


def goes_elsewhere(given: GivenFields) -> bool:
    """Whether a browser wants to be sent to a provider."""
    return given.strategy in STRATEGIES


async def asked(
    ctx: Context, instance: Instance, held: Held, sign_up: SignUp, given: GivenFields
) -> Progress:
    """Send the browser of a kept sign-up to a provider.

    Raises: SPEAKING_ERRORS.
    """
    question = Question(
        flow=Flow.SIGN_UP,
        flow_id=sign_up.id,
        strategy=given.strategy or "",
        client_id=held.client.id,
        redirect_url=given.redirect_url or None,
        complete_url=given.action_complete_redirect_url or None,
        login_hint=given.oidc_login_hint or None,
        prompt=given.oidc_prompt or None,
    )
    check = await ask(ctx, instance, question)
    # What was proven before was another account's: it does not stand beside a new question.
    after = replace(sign_up, external_check=check, external_account=None)
    await queries.update_sign_up(ctx.db, after)
    return Progress(SignUpView(after, requirements(instance, after)), held.token)


async def answered(ctx: Context, instance: Instance, grant: Grant, outcome: Outcome) -> Returned:
    """Go on with the sign-up that waited for a provider.

    Raises: CallbackInvalid, for one that waits no more; MAKING_ERRORS, for what was taken
        meanwhile.
    Announces: UserCreated, SessionCreated, ExternalAccountLinked, when nothing is missing.
    """
    held = await own(ctx)
    try:
        sign_up = await queries.lock_sign_up(ctx.db, held.client.id, grant.subject_id)
    except SignUpNotFound as gone:
        raise CallbackInvalid("state") from gone
    check = sign_up.external_check
    is_waiting = sign_up.status_at(ctx.now) is SignUpStatus.MISSING_REQUIREMENTS
    if check is None or check.grant_id != grant.id or not is_waiting:
        raise CallbackInvalid("state")
    url = check.return_url or ""
    if outcome.identity is None or outcome.provider is None:
        return await _over(ctx, sign_up, failed(check, outcome.refusal or CallbackInvalid()), url)
    who = await known(ctx, outcome.provider, outcome.identity)
    refusal = await _refusal(ctx, instance, sign_up, who, outcome.identity)
    if refusal is not None:
        return await _over(ctx, sign_up, failed(check, refusal), url)
    if who.user is not None:
        waiting = await transferable(
            ctx,
            check,
            outcome.provider.strategy,
            outcome.identity,
            flow_id=sign_up.id,
            client_id=held.client.id,
            error=ExternalAccountExists(),
        )
        return await _over(ctx, sign_up, waiting, url)
    found = (outcome.provider, outcome.identity)
    after = _with(ctx, instance, sign_up, found, passed(check))
    progress = await advanced(ctx, instance, held, after)
    is_done = progress.view.sign_up.created_session_id is not None
    return Returned((is_done and check.complete_url) or url, progress.client_token)


async def taking_over(ctx: Context, instance: Instance, held: Held, sign_up: SignUp) -> SignUp:
    """A sign-up with the identity that a sign-in of this browser found to be nobody's.

    held: the browser's client, locked.
    Raises: TransferInvalid; ProviderNotEnabled; AddressNotProven; AddressNotAllowed;
        IdentifierNotAllowed.
    """
    sign_in = await ctx.db.find(CURRENT_SIGN_IN, client_id=held.client.id, now=ctx.now)
    facts = await taken_over(ctx, sign_in.first_check if sign_in else None, held.client.id)
    strategy, identity = unpacked(ctx, facts)
    provider = await provider_queries.find_open(ctx.db, strategy)
    if provider is None:
        raise ProviderNotEnabled("strategy")
    who = await known(ctx, provider, identity)
    if who.user is not None:
        raise TransferInvalid("transfer")
    refusal = await _refusal(ctx, instance, sign_up, who, identity)
    if refusal is not None:
        raise refusal
    proven = Check(strategy, CheckStatus.VERIFIED, expires_at=ctx.now)
    return _with(ctx, instance, sign_up, (provider, identity), proven)


async def _refusal(
    ctx: Context, instance: Instance, sign_up: SignUp, who: Known, identity: OutsideIdentity
) -> DomainError | None:
    """Why nobody may sign up with an identity."""
    if who.is_refused:
        return AddressNotProven()
    if who.user is not None:
        return None
    try:
        if sign_up.ticket is None:
            check_mode(instance)
        if identity.email_address is not None:
            check_address(instance, identity.email_address)
            is_invited = sign_up.ticket is not None
            await check_lists(ctx.db, instance, [identity.email_address], is_invited=is_invited)
    except (AddressNotAllowed, *COMPLETING_ERRORS) as refused:
        return refused
    return None


def _with(
    ctx: Context,
    instance: Instance,
    sign_up: SignUp,
    found: tuple[IdentityProvider, OutsideIdentity],
    check: Check,
) -> SignUp:
    """The sign-up with what the provider says, where the person has said nothing themselves."""
    provider, identity = found
    changes: dict[str, Any] = {
        "external_check": check,
        "external_account": packed(ctx, provider.strategy, identity),
        "updated_at": ctx.now,
    }
    attributes = instance.settings.attributes
    for name in ("first_name", "last_name"):
        if getattr(sign_up, name) is None and getattr(attributes, name).is_enabled:
            changes[name] = getattr(identity, name)
    address, given = identity.email_address, sign_up.email_address
    if address is not None and attributes.email_address.is_enabled:
        is_same = given is not None and address_key(given) == address_key(address)
        if given is None:
            changes["email_address"] = address
        if (given is None or is_same) and proves_address(provider, identity):
            changes["email_check"] = Check(f"from_{provider.strategy}", CheckStatus.VERIFIED)
    return replace(sign_up, **changes)


async def _over(ctx: Context, sign_up: SignUp, check: Check, url: str) -> Returned:
    row = replace(sign_up, external_check=check, updated_at=ctx.now)
    await queries.update_sign_up(ctx.db, row)
    return Returned(url)
