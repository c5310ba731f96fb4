"""Tokens that are not session tokens: by a template of the instance, or for another service."""

from charter.core.sessions.minting import SUBJECT_OF_BROWSER, Token
from charter.core.sessions.model import (
    ServiceNotFound,
    SessionNotActive,
    SessionNotFound,
    TemplateNotFound,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "sessions.mint_own_from_template",
    permission=Permission.PUBLIC,
    raises=(SessionNotFound, SessionNotActive, TemplateNotFound),
    writes=False,
)
async def mint_own_from_template(ctx: Context, session_id: str, template_name: str) -> Token:
    """Make a token of a session of this browser by a JWT template. No instance has any so far.

    Raises: SessionNotFound, for a session of another browser too; SessionNotActive;
        TemplateNotFound.
    Source: Clerk FAPI 2026-05-12, createSessionTokenWithTemplate.
    """
    await ctx.allow()
    subject = await ctx.db.one(
        SUBJECT_OF_BROWSER,
        missing=SessionNotFound("session_id"),
        session_id=session_id,
        digest=ctx.actor.client_digest,
        has_organization=False,
        organization_id=None,
    )
    if not subject.gives_tokens_at(ctx.now):
        raise SessionNotActive("session_id")
    raise TemplateNotFound("template_name", name=template_name)


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
