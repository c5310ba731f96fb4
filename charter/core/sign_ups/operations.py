"""What can be done with sign-ups, by the browser they run in."""

from dataclasses import replace
from typing import Any

from charter.core.checks import codes, links
from charter.core.checks.model import CHECK_ERRORS, Check, CheckDone, StrategyNotAllowed
from charter.core.clients.browsers import Held, find_own, own
from charter.core.external_accounts.model import ExternalAccountClaimed
from charter.core.external_accounts.outcome import TRANSFER_ERRORS
from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.identity_providers.speaking import SPEAKING_ERRORS
from charter.core.instance_domains.model import SatelliteOnlyReads
from charter.core.instances.model import Instance
from charter.core.instances.satellites import require_primary
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import ATTEMPTS, FLOWS, limit
from charter.core.links.model import EMAIL_LINK, Flow
from charter.core.phone_numbers.countries import CountryBlocked
from charter.core.sign_ins.beginning import refuse_present
from charter.core.sign_ins.model import SessionExists
from charter.core.sign_ins.ways.password import PASSWORD
from charter.core.sign_ups import answering, queries, taken
from charter.core.sign_ups.admitting import ADMITTING_ERRORS, check_captcha, check_mode
from charter.core.sign_ups.blank import blank
from charter.core.sign_ups.completing import COMPLETING_ERRORS, advanced
from charter.core.sign_ups.filling import FILLING_ERRORS, filled
from charter.core.sign_ups.inviting import INVITING_ERRORS, has_ticket, invited
from charter.core.sign_ups.model import (
    GivenFields,
    Progress,
    SignUp,
    SignUpNotFound,
    SignUpOver,
    SignUpStatus,
    SignUpView,
)
from charter.core.sign_ups.requirements import check_whole, requirements
from charter.core.tickets.model import STRATEGY as TICKET
from charter.core.users.making import MAKING_ERRORS
from charter.core.vocabulary import Permission
from charter.core.web3_wallets import proving as web3
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation

CODES = {
    "email_code": ("email_address", "email_check", "verification_code"),
    EMAIL_LINK: ("email_address", "email_check", "sign_up_link"),
    "phone_code": ("phone_number", "phone_check", "sms_verification_code"),
    **dict.fromkeys(web3.STRATEGIES, ("web3_wallet", "web3_check", "")),
}
"""Strategy → the field that it proves, where the check is kept, and the kind of message."""
KNOWN_STRATEGIES = frozenset({*CODES, PASSWORD, TICKET})
"""What a browser may name beside providers: that it goes on so is known from what it gives."""
STEP_ERRORS = (
    *CHECK_ERRORS,
    *COMPLETING_ERRORS,
    *FILLING_ERRORS,
    *INVITING_ERRORS,
    *MAKING_ERRORS,
    *SPEAKING_ERRORS,
    CountryBlocked,
    ExternalAccountClaimed,
    ReturnUrlNotAllowed,
    SignUpNotFound,
    SignUpOver,
)


@operation(
    "sign_ups.create",
    permission=Permission.PUBLIC,
    raises=(*STEP_ERRORS, *ADMITTING_ERRORS, *TRANSFER_ERRORS, SatelliteOnlyReads, SessionExists),
)
async def create(ctx: Context, given: GivenFields) -> Progress:
    """Begin a sign-up, in place of the one that was running in this browser.

    With a strategy that leads elsewhere, the browser is sent there; with `transfer` it takes over
    an account elsewhere that a sign-in of this browser found to be nobody's.
    Returns: the sign-up, and the browser's token where it got a new one.
    Raises: ADMITTING_ERRORS, where not everybody may; SatelliteOnlyReads; SessionExists, where one
        session is all there may be; TooManyAttempts; what the fields raise; MissingInput, where all
        that is required has to be given at once.
    Source: Clerk FAPI 2026-05-12, createSignUps.
    """
    await ctx.allow()
    require_primary(ctx)
    instance = await instance_of(ctx)
    await limit(ctx, instance, FLOWS)
    await refuse_present(ctx, instance, None)
    if not has_ticket(given):
        check_mode(instance)
    await check_captcha(ctx, instance, given.captcha_token or None)
    _check_strategy(given)
    made, given = await invited(ctx, blank(ctx), given)
    made = await filled(ctx, instance, made, given)
    if not (has_ticket(given) or given.transfer or answering.goes_elsewhere(given)):
        check_whole(instance, made)
    held = await own(ctx)
    made = replace(made, client_id=held.client.id)
    if given.transfer:
        made = await answering.taking_over(ctx, instance, held, made)
    await queries.insert_sign_up(ctx.db, made)
    if answering.goes_elsewhere(given) and not given.transfer:
        return await answering.asked(ctx, instance, held, made, given)
    return await advanced(ctx, instance, held, made)


@operation("sign_ups.get", permission=Permission.PUBLIC, raises=(SignUpNotFound,), writes=False)
async def get(ctx: Context, sign_up_id: str) -> SignUpView:
    """Read a sign-up of this browser.

    Raises: SignUpNotFound.
    Source: Clerk FAPI 2026-05-12, getSignUps.
    """
    await ctx.allow()
    instance, sign_up = await _read(ctx, sign_up_id)
    return SignUpView(sign_up, requirements(instance, sign_up))


@operation("sign_ups.update", permission=Permission.PUBLIC, raises=(*STEP_ERRORS, *TRANSFER_ERRORS))
async def update(ctx: Context, sign_up_id: str, given: GivenFields) -> Progress:
    """Give more of a new person; what is given replaces what was.

    With a strategy that leads elsewhere, or with `transfer`, as at its beginning.
    Raises: SignUpNotFound; SignUpOver; what the fields raise; TRANSFER_ERRORS.
    Announces: UserCreated and SessionCreated, when nothing is missing any more.
    Source: Clerk FAPI 2026-05-12, updateSignUps.
    """
    await ctx.allow()
    instance, sign_up = await _running(ctx, sign_up_id)
    _check_strategy(given)
    after, given = await invited(ctx, sign_up, given)
    after = await filled(ctx, instance, after, given)
    held, now = await _locked(ctx, sign_up)
    after = after.marked_as(now)
    if given.transfer:
        after = await answering.taking_over(ctx, instance, held, after)
    elif answering.goes_elsewhere(given):
        return await answering.asked(ctx, instance, held, after, given)
    return await advanced(ctx, instance, held, after)


@operation("sign_ups.prepare_verification", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def prepare_verification(
    ctx: Context, sign_up_id: str, strategy: str, redirect_url: str | None = None
) -> Progress:
    """Have a code or a link sent to the address or number that was given, or a wallet sign.

    redirect_url: for a link, the page of the app that it leads to in the end.
    Raises: SignUpNotFound; SignUpOver; StrategyNotAllowed; MissingInput, when none was given;
        CheckDone, for a proven one; TooManyCodes; CountryBlocked; ReturnUrlNotAllowed.
    Source: Clerk FAPI 2026-05-12, prepareSignUpsVerification.
    """
    await ctx.allow()
    instance, sign_up = await _running(ctx, sign_up_id)
    field, where, message = _code(instance, strategy)
    to = getattr(sign_up, field)
    if not to:
        raise MissingInput(field, reason="it is required")
    proof: Check | None = getattr(sign_up, where)
    if proof is not None and proof.is_verified:
        raise CheckDone("strategy")
    held, now = await _locked(ctx, sign_up)
    check = await _asked(
        ctx, instance, sign_up, strategy=strategy, to=to, message=message, redirect_url=redirect_url
    )
    changes: dict[str, Any] = {where: check, "updated_at": ctx.now}
    after = replace(now, **changes)
    await queries.update_sign_up(ctx.db, after)
    return Progress(SignUpView(after, requirements(instance, after)), held.token)


@operation("sign_ups.attempt_verification", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def attempt_verification(
    ctx: Context,
    sign_up_id: str,
    strategy: str,
    code: str | None = None,
    signature: str | None = None,
) -> Progress:
    """Prove the address or number by the code that was sent there, a wallet by its signature.

    Raises: SignUpNotFound; SignUpOver; StrategyNotAllowed; CodeIncorrect and the other
        CHECK_ERRORS; what making the user raises, when the address was taken meanwhile.
    Announces: UserCreated and SessionCreated, when nothing is missing any more.
    Source: Clerk FAPI 2026-05-12, attemptSignUpsVerification.
    """
    await ctx.allow()
    instance, sign_up = await _running(ctx, sign_up_id)
    await limit(ctx, instance, ATTEMPTS)
    _field, where, _message = _code(instance, strategy)
    check = await _answered(ctx, sign_up, strategy, where=where, code=code, signature=signature)
    held, now = await _locked(ctx, sign_up)
    changes: dict[str, Any] = {where: check, "updated_at": ctx.now}
    return await advanced(ctx, instance, held, replace(now, **changes))


def _check_strategy(given: GivenFields) -> None:
    """Refuse a strategy that there is not, rather than leave it out. Raises: StrategyNotAllowed."""
    strategy = given.strategy
    if strategy and strategy not in KNOWN_STRATEGIES and not answering.goes_elsewhere(given):
        raise StrategyNotAllowed("strategy")


async def _asked(
    ctx: Context,
    instance: Instance,
    sign_up: SignUp,
    *,
    strategy: str,
    to: str,
    message: str,
    redirect_url: str | None,
) -> Check:
    """Send or make what proves a field."""
    client_id = sign_up.client_id
    if strategy in web3.STRATEGIES:
        return await web3.ask(ctx, instance, strategy=strategy, address=to, client_id=client_id)
    if await taken.is_taken(ctx, instance, CODES[strategy][0], to):
        return await taken.prepared(
            ctx, instance, sign_up, strategy=strategy, to=to, redirect_url=redirect_url
        )
    if strategy == EMAIL_LINK:
        return await links.send(
            ctx,
            instance,
            flow=Flow.SIGN_UP,
            flow_id=sign_up.id,
            client_id=client_id,
            to=to,
            redirect_url=redirect_url,
        )
    return await codes.send(
        ctx, instance, client_id=client_id, strategy=strategy, to=to, message=message
    )


async def _answered(
    ctx: Context,
    sign_up: SignUp,
    strategy: str,
    *,
    where: str,
    code: str | None,
    signature: str | None,
) -> Check:
    """Take the proof of a field. Raises: CHECK_ERRORS; MissingInput."""
    check: Check | None = getattr(sign_up, where)
    if strategy in web3.STRATEGIES:
        if not signature:
            raise MissingInput("signature", reason="it is required")
        waiting = check if check is not None and check.strategy == strategy else None
        address, client_id = sign_up.web3_wallet or "", sign_up.client_id
        return await web3.proved(ctx, waiting, address, signature, client_id=client_id)
    if not code:
        raise MissingInput("code", reason="it is required")
    return await codes.attempt(ctx, check, code, client_id=sign_up.client_id)


def _code(instance: Instance, strategy: str) -> tuple[str, str, str]:
    known = CODES.get(strategy)
    if known is None:
        raise StrategyNotAllowed
    if strategy not in getattr(instance.settings.attributes, known[0]).verifications:
        raise StrategyNotAllowed
    return known


async def _read(ctx: Context, sign_up_id: str) -> tuple[Instance, SignUp]:
    """The sign-up of this browser, read before any transaction. Raises: SignUpNotFound."""
    instance = await instance_of(ctx)
    client = await find_own(ctx)
    if client is None:
        raise SignUpNotFound("sign_up_id")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    sign_up = await queries.get_sign_up(reading, client.id, sign_up_id)
    if sign_up.status_at(ctx.now) is SignUpStatus.ABANDONED:
        raise SignUpNotFound("sign_up_id")
    return instance, sign_up


async def _running(ctx: Context, sign_up_id: str) -> tuple[Instance, SignUp]:
    """The sign-up of this browser, which still waits. Raises: SignUpNotFound, SignUpOver."""
    instance, sign_up = await _read(ctx, sign_up_id)
    if sign_up.status is SignUpStatus.COMPLETE:
        raise SignUpOver("sign_up_id")
    return instance, sign_up


async def _locked(ctx: Context, sign_up: SignUp) -> tuple[Held, SignUp]:
    """The browser's client, and the sign-up, which no other step has changed since it was read.

    Raises: SignUpOver.
    """
    held = await own(ctx)
    now = await queries.lock_sign_up(ctx.db, held.client.id, sign_up.id)
    if now != sign_up:
        raise SignUpOver("sign_up_id")
    return held, now
