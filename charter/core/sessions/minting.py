"""Makes session tokens: one statement that reads, one signature."""

from dataclasses import dataclass
from datetime import timedelta

from charter.core.instances.model import Instance
from charter.core.keys.keeping import keep_until
from charter.core.keys.lookup import SigningKeys, instance_of, keys_of
from charter.core.keys.model import TOKEN_OVERLAP
from charter.core.sessions.claims import LIFETIME_SECONDS, TokenSubject, session_claims
from charter.core.sessions.custom_claims import customized
from charter.core.sessions.model import SessionNotActive
from charter.core.sessions.subjects import values_for
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.tokens import Category, sign

SESSION_HEADER = {"cat": Category.SESSION.value}
SHORTEST_SECONDS = 30
LONGEST_SECONDS = 315_360_000


@dataclass(frozen=True, slots=True)
class Token:
    """A signed token, to be handed on."""

    jwt: str


def check_lifetime(expires_in_seconds: int | None) -> int:
    """The life of a token that a caller asked for. Raises: InvalidInput."""
    if expires_in_seconds is None:
        return LIFETIME_SECONDS
    if not SHORTEST_SECONDS <= expires_in_seconds <= LONGEST_SECONDS:
        reason = f"it must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS}"
        raise InvalidInput("expires_in_seconds", reason=reason)
    return expires_in_seconds


async def mint(
    ctx: Context,
    subject: TokenSubject,
    *,
    lifetime_seconds: int = LIFETIME_SECONDS,
    authorized_party: str | None = None,
) -> str:
    """Sign a session token.

    authorized_party: the origin for which it is made.
    Raises: SessionNotActive, when the session has ended or the user is banned; ClaimsTooLarge, when
        with the instance's own claims no cookie could hold it; NoActiveSigningKey; Unavailable,
        when the key was withdrawn, and SessionNotFound, when the user was deleted, at this moment.
    """
    if not subject.gives_tokens_at(ctx.now):
        raise SessionNotActive("session_id")
    instance, keys = await instance_and_keys(ctx)
    if lifetime_seconds > TOKEN_OVERLAP.total_seconds():
        until = ctx.now + timedelta(seconds=lifetime_seconds)
        await keep_until(ctx, keys.active.kid, until)
    claims = session_claims(
        subject,
        issuer=instance.issuer,
        now=ctx.now,
        lifetime_seconds=lifetime_seconds,
        authorized_party=authorized_party,
    )
    template = instance.settings.session_token_template
    if template:
        claims = customized(claims, template, await values_for(ctx, subject, template))
    return sign(keys.active, claims, header=SESSION_HEADER)


async def instance_and_keys(ctx: Context) -> tuple[Instance, SigningKeys]:
    """The caller's instance and its signing keys, from the caches of this process."""
    return await instance_of(ctx), await keys_of(ctx)
