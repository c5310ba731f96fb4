"""Makes tokens by templates: what a template says, beside what the server says itself."""

from datetime import timedelta
from os import urandom
from typing import Any

from charter.core.jwt_templates import queries
from charter.core.jwt_templates.model import JwtTemplateRow, TemplateTokenTooLong
from charter.core.jwt_templates.naming import values_of
from charter.core.jwt_templates.own_keys import opened_key
from charter.core.jwt_templates.shortcodes import names, render
from charter.core.keys.keeping import keep_until
from charter.core.keys.lookup import instance_of, keys_of
from charter.core.keys.model import TOKEN_OVERLAP
from charter.core.sessions.claims import TokenSubject
from charter.core.sessions.minting import Token
from charter.core.sessions.model import SessionNotActive, SessionStatus, TemplateNotFound
from charter.kernel.operation import Context
from charter.kernel.tokens import MAXIMUM_TOKEN_LENGTH, Category, TokenTooLong, sign

HEADER = {"cat": Category.TEMPLATE.value}


async def mint_by_template(
    ctx: Context,
    subject: TokenSubject,
    template_name: str,
    *,
    lifetime_seconds: int | None = None,
    authorized_party: str | None = None,
) -> Token:
    """Sign a token by a template.

    lifetime_seconds: None is the template's own. authorized_party: the origin it is made for.
    Raises: SessionNotActive; TemplateNotFound; TemplateTokenTooLong; NoActiveSigningKey;
        SessionNotFound, when its user was deleted, and Unavailable, when the instance's key was
        withdrawn, at this moment.
    """
    # Other services know nothing of sessions that still wait for something.
    if not subject.gives_tokens_at(ctx.now) or subject.status is SessionStatus.PENDING:
        raise SessionNotActive("session_id")
    row = await queries.find_named(ctx.db, template_name)
    if row is None:
        raise TemplateNotFound("template_name", name=template_name)
    lifetime = row.lifetime_seconds if lifetime_seconds is None else lifetime_seconds
    values = await values_of(ctx, subject, set(names(row.claims)))
    instance = await instance_of(ctx)
    seconds = int(ctx.now.timestamp())
    claims = {
        **render(row.claims, values),
        "sub": subject.user_id,
        "iss": instance.issuer,
        "iat": seconds,
        "nbf": seconds - row.clock_skew_seconds,
        "exp": seconds + lifetime,
        "jti": urandom(16).hex(),
    }
    if authorized_party is not None:
        claims["azp"] = authorized_party
    try:
        return Token(await _signed(ctx, row, claims, lifetime))
    except TokenTooLong:
        raise TemplateTokenTooLong(limit=MAXIMUM_TOKEN_LENGTH) from None


async def _signed(
    ctx: Context, row: JwtTemplateRow, claims: dict[str, Any], lifetime_seconds: int
) -> str:
    sealed = row.sealed_signing_key
    if sealed is not None:
        return sign(opened_key(ctx, row, sealed), claims, header=HEADER)
    keys = await keys_of(ctx)
    token = sign(keys.active, claims, header=HEADER)
    if lifetime_seconds > TOKEN_OVERLAP.total_seconds():
        await keep_until(ctx, keys.active.kid, ctx.now + timedelta(seconds=lifetime_seconds))
    return token
