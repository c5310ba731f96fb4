"""Proves an address or a number by a code: one is sent, and tries of it are judged."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, Text, bindparam, func, select

from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import (
    Attempt,
    Grant,
    GrantExhausted,
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantSpent,
    Purpose,
)
from charter.core.grants.tables import grants
from charter.core.verification import (
    CODE_ATTEMPTS,
    Strategy,
    TooManyCodes,
    Verification,
    VerificationAlreadyVerified,
    VerificationNotFound,
    VerificationStatus,
)
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

CODE_LIFETIME = timedelta(minutes=10)
CODES_AT_MOST = 5
"""So many codes are sent to one address within CODE_LIFETIME, whoever asks."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Which identifier a code proves: the row, and the very address or number in it.

    value: the one form by which it is compared; to: where a code is sent.
    channel: over what a number is reached; None for mail.
    """

    purpose: Purpose
    strategy: Strategy
    subject_id: str
    value: str = field(repr=False)
    to: str = field(repr=False)
    channel: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the grant keeps: a code for one address is worthless for another."""
        return {"value": digest(self.value).hex()}


RECENT = Statement[Any](
    select(func.count())
    .select_from(grants)
    .where(
        grants.c.instance_id == INSTANCE,
        grants.c.purpose == bindparam("purpose", type_=Text),
        grants.c.subject_id == bindparam("subject_id", type_=Text),
        grants.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )
)


async def send(
    ctx: Context, proof: Proof, *, code: str | None = None, client_id: str | None = None
) -> tuple[Verification, str]:
    """Make a code that ends all earlier ones of the same identifier; its row has to be locked.

    client_id: the browser that may try it; None: whoever may try at all.
    code: for addresses and numbers that are there for trying out; None: one is made.
    Returns: the verification, and the code that is to be sent.
    Raises: TooManyCodes.
    """
    await check_rate(ctx, proof.purpose, proof.subject_id)
    await granting.revoke(ctx, proof.purpose, proof.subject_id)
    expires_at = ctx.now + CODE_LIFETIME
    issued = await granting.issue(
        ctx,
        proof.purpose,
        proof.subject_id,
        expires_at=expires_at,
        attempts=CODE_ATTEMPTS,
        client_id=client_id,
        facts=proof.facts,
        secret=code,
    )
    status = VerificationStatus.UNVERIFIED
    verification = Verification(issued.id, status, proof.strategy, 0, expires_at, proof.channel)
    return verification, issued.secret


async def check_rate(ctx: Context, purpose: Purpose, subject_id: str) -> None:
    """Refuse a code when as many as may be were sent about a subject within CODE_LIFETIME.

    What is counted has to be locked until the transaction ends.
    Raises: TooManyCodes.
    """
    since = ctx.now - CODE_LIFETIME
    recent = await ctx.db.value(RECENT, purpose=purpose, subject_id=subject_id, since=since)
    if recent >= CODES_AT_MOST:
        raise TooManyCodes(retry_after_seconds=int(CODE_LIFETIME.total_seconds()))


async def check(
    ctx: Context, proof: Proof, verification_id: str, code: str, *, client_id: str | None = None
) -> Verification:
    """Try a code; call it before the operation's first statement.

    client_id: the browser that tries. A wrong, late or worn-out code is an answer with its status,
    not an error.
    Raises: VerificationNotFound, for a verification of another identifier or browser too;
        VerificationAlreadyVerified.
    """
    # On a connection of its own: the count of tries is committed before the code is looked at.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    grant = await grant_queries.find_by_id(reading, proof.purpose, verification_id, client_id)
    if grant is None or grant.subject_id != proof.subject_id or grant.facts != proof.facts:
        raise VerificationNotFound("verification_id")
    try:
        tried = await granting.attempt(
            ctx, proof.purpose, verification_id, code, client_id=client_id
        )
    except GrantExhausted:
        return _verification(proof, grant, VerificationStatus.FAILED, CODE_ATTEMPTS)
    except GrantSpent as spent:
        raise VerificationAlreadyVerified("verification_id") from spent
    except (GrantExpired, GrantRevoked):
        attempts = CODE_ATTEMPTS - (grant.attempts_left or 0)
        return _verification(proof, grant, VerificationStatus.EXPIRED, attempts)
    except GrantInvalid as gone:
        raise VerificationNotFound("verification_id") from gone
    return _verification(proof, grant, _status(tried), CODE_ATTEMPTS - tried.attempts_left)


def _status(tried: Attempt) -> VerificationStatus:
    if tried.is_right:
        return VerificationStatus.VERIFIED
    return VerificationStatus.UNVERIFIED if tried.attempts_left else VerificationStatus.FAILED


def _verification(
    proof: Proof, grant: Grant, status: VerificationStatus, attempts: int
) -> Verification:
    assert grant.expires_at is not None  # noqa: S101  # every code has an end
    return Verification(grant.id, status, proof.strategy, attempts, grant.expires_at, proof.channel)
