"""Sends the short codes of a check, and tries them; the same for every flow."""

import re
from dataclasses import replace

from charter.core.checks.model import (
    Check,
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CheckStatus,
    CodeIncorrect,
)
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants import granting
from charter.core.grants.model import (
    GrantExhausted,
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantSpent,
    Purpose,
)
from charter.core.grants.queries import hold
from charter.core.instances.model import Instance
from charter.core.messages.content import TEXT_MESSAGE
from charter.core.messages.queueing import queue
from charter.core.phone_numbers.countries import check_country
from charter.core.phone_numbers.normal_form import e164
from charter.core.proving import CODE_LIFETIME, check_rate
from charter.core.verification import CODE_ATTEMPTS
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

TEST_CODE = "424242"
_TEST_ADDRESS = re.compile(r"\+clerk_test(?:\+[^@]*)?@", re.IGNORECASE)
_TEST_NUMBER = re.compile(r"\+1\d{3}55501\d{2}")


def is_test_target(to: str) -> bool:
    """Whether an address (`…+clerk_test@…`) or number (+1 … 555-01xx) is one for trying out."""
    return _TEST_NUMBER.fullmatch(to) is not None or _TEST_ADDRESS.search(to) is not None


def inbox_of(ctx: Context, to: str) -> str:
    """The subject under which what goes to an address or number is counted, whoever asks."""
    return digest(f"{ctx.actor.instance_id}:{comparable(to)}").hex()


def comparable(to: str) -> str:
    """An address or number in its one normal form, however it is spelled; else in small letters."""
    try:
        return address_key(to) if "@" in to else e164(to)
    except DomainError:
        return to.strip().lower()


async def send(
    ctx: Context,
    instance: Instance,
    *,
    client_id: str | None,
    strategy: str,
    to: str,
    target_id: str | None = None,
    message: str,
    locale: str | None = None,
    **facts: str,
) -> Check:
    """Send a code. The flow that keeps the check forgets the one before, and its code with it.

    client_id: the browser that may try it.
    to: an address, or a number in E.164. message: the kind of message; facts: what else it
        tells.
    Raises: TooManyCodes; CountryBlocked.
    """
    if message.startswith(TEXT_MESSAGE):
        check_country(instance, to)
    is_test = instance.has_test_mode and is_test_target(to)
    inbox = await counted(ctx, instance, to)
    expires_at = ctx.now + CODE_LIFETIME
    issued = await granting.issue(
        ctx,
        Purpose.CHECK_CODE,
        inbox,
        expires_at=expires_at,
        attempts=CODE_ATTEMPTS,
        client_id=client_id,
        secret=TEST_CODE if is_test else None,
    )
    if not is_test:
        minutes = int(CODE_LIFETIME.total_seconds() // 60)
        told = {**facts, "code": issued.secret, "expires_in_minutes": minutes}
        await queue(ctx, message, to, locale=locale, **told)
    return Check(
        strategy,
        CheckStatus.UNVERIFIED,
        attempts=0,
        expires_at=expires_at,
        grant_id=issued.id,
        target_id=target_id,
    )


async def withheld(
    ctx: Context,
    instance: Instance,
    *,
    client_id: str | None,
    strategy: str,
    to: str,
    target_id: str | None = None,
) -> Check:
    """A check whose code nobody is sent; it and its tries count as of any other.

    Raises: TooManyCodes.
    """
    expires_at = ctx.now + CODE_LIFETIME
    issued = await granting.issue(
        ctx,
        Purpose.CHECK_CODE,
        await counted(ctx, instance, to),
        expires_at=expires_at,
        attempts=CODE_ATTEMPTS,
        client_id=client_id,
        # Longer than what can be typed, so that no guess is ever right.
        secret=digest(ctx.new_id("gra_")).hex(),
    )
    return Check(
        strategy,
        CheckStatus.UNVERIFIED,
        attempts=0,
        expires_at=expires_at,
        grant_id=issued.id,
        target_id=target_id,
    )


async def counted(ctx: Context, instance: Instance, to: str) -> str:
    """The inbox of an address or number, if one more code may go there; those for tests may.

    Counted by where it goes: many flows at once must not flood one inbox.
    Raises: TooManyCodes.
    """
    inbox = inbox_of(ctx, to)
    if not (instance.has_test_mode and is_test_target(to)):
        await hold(ctx.db, inbox)
        await check_rate(ctx, Purpose.CHECK_CODE, inbox)
    return inbox


async def attempt(ctx: Context, check: Check | None, code: str, *, client_id: str | None) -> Check:
    """Try the code of a check; call it before the operation's first statement.

    The try counts whatever becomes of the operation.
    Returns: the check, verified.
    Raises: CodeIncorrect; CheckNotPrepared; CheckDone; CheckExpired; CheckFailed.
    """
    if check is not None and check.is_verified:
        raise CheckDone("strategy")
    if check is None or check.grant_id is None:
        raise CheckNotPrepared("strategy")
    try:
        tried = await granting.attempt(
            ctx, Purpose.CHECK_CODE, check.grant_id, code, client_id=client_id
        )
    except (GrantExpired, GrantRevoked) as late:
        raise CheckExpired("code") from late
    except GrantExhausted as worn:
        raise CheckFailed("code") from worn
    except GrantSpent as spent:
        raise CheckDone("code") from spent
    except GrantInvalid as gone:
        raise CheckFailed("code") from gone
    if not tried.is_right:
        raise CodeIncorrect("code")
    attempts = CODE_ATTEMPTS - tried.attempts_left
    return replace(check, status=CheckStatus.VERIFIED, attempts=attempts, grant_id=None)
