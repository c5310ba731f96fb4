"""What can be done with organization tokens."""

from charter.core.memberships.model import MemberStanding
from charter.core.organization_tokens import queries
from charter.core.organization_tokens.model import (
    OrganizationToken,
    OrganizationTokenCreated,
    OrganizationTokenMade,
    OrganizationTokenNotFound,
    OrganizationTokenRevoked,
    OrganizationTokenRow,
    TokenEnvironment,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import lock_organization
from charter.core.sessions.recent import refuse_impersonators
from charter.core.vocabulary import TOKEN_PERMISSIONS, Permission
from charter.kernel.errors import InvalidInput, Unauthenticated
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, new_secret

MAX_CHARACTERS = 256


@operation(
    "organization_tokens.create",
    permission=Permission.TOKENS_MANAGE,
    raises=(OrganizationNotFound,),
)
async def create(
    ctx: Context,
    organization_id: str,
    name: str | None = None,
    environment: TokenEnvironment = TokenEnvironment.LIVE,
) -> OrganizationTokenMade:
    """Make a token that acts for an organization, as far as its maker could and tokens may.

    Only people make them: neither a token nor a server without an acting user, nor an
    impersonator.
    name: 1 to 256 characters; made from the token's last characters where it is left out.
    Returns: the token with its secret, which is shown this once.
    Raises: Unauthenticated, when nobody acts; OrganizationNotFound.
    Announces: OrganizationTokenCreated.
    Source: Organizations API, tokens.create.
    """
    if not isinstance(await ctx.allow(organization_id), MemberStanding):
        raise Unauthenticated("user")
    refuse_impersonators(ctx)
    # A token outlives its maker's role: it is made while nobody can take the role away.
    await lock_organization(ctx.db, organization_id)
    standing = await ctx.confirm(organization_id)
    assert isinstance(standing, MemberStanding)  # noqa: S101  # the same caller as above
    secret = new_secret(f"ots_{environment.value}_")
    token_id = ctx.new_id("otk_")
    row = OrganizationTokenRow(
        id=token_id,
        organization_id=organization_id,
        key=ctx.new_id(f"otk_{environment.value}_"),
        name=_name(name, secret),
        environment=environment,
        permissions=_permissions(standing),
        digest=digest(secret),
        sealed_secret=ctx.platform.vault.seal(secret.encode(), f"organization_token:{token_id}"),
        last_four=secret[-4:],
        created_by=ctx.user_id,
        created_at=ctx.now,
        revoked_at=None,
    )
    await ctx.db.insert(queries.INSERT, row)
    token = await queries.get_token(ctx.db, organization_id, token_id)
    ctx.announce(OrganizationTokenCreated(token))
    return OrganizationTokenMade(token, secret)


@operation("organization_tokens.search", permission=Permission.TOKENS_MANAGE, writes=False)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[OrganizationToken]:
    """List an organization's tokens, revoked ones too, newest first."""
    await ctx.allow(organization_id)
    return await queries.LISTING.search(ctx.db, search, organization_id=organization_id)


@operation(
    "organization_tokens.revoke",
    permission=Permission.TOKENS_MANAGE,
    raises=(OrganizationNotFound, OrganizationTokenNotFound),
)
async def revoke(ctx: Context, organization_id: str, token_id: str) -> OrganizationToken:
    """Revoke a token: it is refused from now on. Doing it again changes nothing.

    Raises: OrganizationNotFound; OrganizationTokenNotFound.
    Announces: OrganizationTokenRevoked.
    """
    await ctx.allow(organization_id)
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    before = await queries.get_token(ctx.db, organization_id, token_id)
    after = await queries.revoke_token(ctx.db, organization_id, token_id, ctx.now)
    if after is None:
        return before
    ctx.announce(OrganizationTokenRevoked(after, before=before))
    return after


def _name(name: str | None, secret: str) -> str:
    if name is None:
        return f"Token …{secret[-4:]}"
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= MAX_CHARACTERS:
        raise InvalidInput("name", reason=f"it must have 1 to {MAX_CHARACTERS} characters")
    return trimmed


def _permissions(standing: MemberStanding) -> tuple[str, ...]:
    held = standing.permissions | {Permission.ORGANIZATION_VIEW.key}
    return tuple(sorted(held & TOKEN_PERMISSIONS))
