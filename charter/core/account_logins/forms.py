"""Binds the forms of a browser to it, so that no other site fills them in for its person.

A cookie holds a secret that pages of other sites cannot send; forms show what this server made of
it, which only who may read our answers has.
"""

from charter.core.account_logins.model import FormSession, FormSessionMissing
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.platform import Platform
from charter.kernel.secrets import new_secret, well_formed

PREFIX = "fs_"


@operation("account_logins.begin_forms", permission=Permission.PUBLIC, writes=False)
async def begin_forms(ctx: Context) -> FormSession:
    """Begin a form session in a browser; the one that it has goes on.

    Source: Accounts API, GET /auth/csrf-session.
    """
    await ctx.allow()
    kept = ctx.actor.client_token
    secret = kept if kept and well_formed(PREFIX, kept) else new_secret(PREFIX)
    return FormSession(secret, token_of(ctx.platform, secret))


@operation(
    "account_logins.form_token",
    permission=Permission.PUBLIC,
    raises=(FormSessionMissing,),
    writes=False,
)
async def form_token(ctx: Context) -> FormSession:
    """Make a token for the forms of a browser that has a form session.

    Raises: FormSessionMissing.
    Source: Accounts API, GET /auth/csrf-token.
    """
    await ctx.allow()
    kept = ctx.actor.client_token
    if not kept or not well_formed(PREFIX, kept):
        raise FormSessionMissing
    return FormSession(kept, token_of(ctx.platform, kept))


def token_of(platform: Platform, secret: str) -> str:
    """What forms of a browser show."""
    return platform.vault.mark(secret, "account_logins:forms")


def is_token_of(platform: Platform, secret: str | None, token: str | None) -> bool:
    """Whether a form shows what belongs to the browser's secret."""
    if not secret or not token or not well_formed(PREFIX, secret):
        return False
    return platform.vault.is_marked(secret, token, "account_logins:forms")
