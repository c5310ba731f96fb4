"""Tokens that are not session tokens: by a template of the instance, or for another service."""

from charter.core.jwt_templates.minting import mint_by_template
from charter.core.jwt_templates.model import TemplateTokenTooLong
from charter.core.keys.model import NoActiveSigningKey
from charter.core.sessions.minting import Token, check_lifetime
from charter.core.sessions.model import (
    ServiceNotFound,
    SessionNotActive,
    SessionNotFound,
    SessionNotHere,
    TemplateNotFound,
)
from charter.core.sessions.subjects import SUBJECT_OF_BROWSER, get_subject
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

MINTING_ERRORS = (
    SessionNotFound,
    SessionNotActive,
    TemplateNotFound,
    TemplateTokenTooLong,
    NoActiveSigningKey,
)


@operation(
    "sessions.create_token_from_template",
    permission=Permission.SESSIONS_MANAGE,
    raises=MINTING_ERRORS,
    writes=False,
)
async def create_token_from_template(
    ctx: Context, session_id: str, template_name: str, expires_in_seconds: int | None = None
) -> Token:
    """Make a token by a JWT template of the instance.

    expires_in_seconds: 30 to 315360000; the template's own when left out.
    Raises: SessionNotFound; SessionNotActive, when it has ended or is pending, or its user is
        banned; TemplateNotFound; TemplateTokenTooLong.
    Source: Clerk BAPI 2025-11-10, CreateSessionTokenFromTemplate.
    """
    await ctx.allow()
    lifetime = None if expires_in_seconds is None else check_lifetime(expires_in_seconds)
    subject = await get_subject(ctx.db, session_id)
    return await mint_by_template(ctx, subject, template_name, lifetime_seconds=lifetime)


@operation(
    "sessions.mint_own_from_template",
    permission=Permission.PUBLIC,
    raises=(*MINTING_ERRORS, SessionNotHere),
    writes=False,
)
async def mint_own_from_template(ctx: Context, session_id: str, template_name: str) -> Token:
    """Make a token of a session of this browser by a JWT template.

    Raises: SessionNotHere, for a session of another browser too; SessionNotActive, when it has
        ended or is pending, or its user is banned; TemplateNotFound; TemplateTokenTooLong.
    Source: Clerk FAPI 2026-05-12, createSessionTokenWithTemplate.
    """
    await ctx.allow()
    subject = await ctx.db.one(
        SUBJECT_OF_BROWSER,
        missing=SessionNotHere("session_id"),
        session_id=session_id,
        digest=ctx.actor.client_digest,
        has_organization=False,
        organization_id=None,
    )
    return await mint_by_template(ctx, subject, template_name, authorized_party=ctx.request.origin)


@operation(
    "users.create_service_token",
    permission=Permission.SELF,
    raises=(ServiceNotFound,),
    writes=False,
)
async def create_service_token(ctx: Context, service: str) -> Token:
    """Make a token for a service that knows the instance. No instance knows any so far.

    Raises: ServiceNotFound.
    Source: Clerk FAPI 2026-05-12, createServiceToken.
    """
    await ctx.allow()
    raise ServiceNotFound("service", name=service)
