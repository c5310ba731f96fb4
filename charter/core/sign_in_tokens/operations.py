"""What can be done with sign-in tokens."""

from datetime import timedelta

from charter.core.grants import granting, tickets
from charter.core.grants.model import Purpose
from charter.core.grants.withdrawing import withdraw
from charter.core.keys.model import NoActiveSigningKey
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.model import MemberNotFound
from charter.core.sign_in_tokens import queries
from charter.core.sign_in_tokens.model import (
    SignInToken,
    SignInTokenCreated,
    SignInTokenMade,
    SignInTokenNotFound,
    SignInTokenNotPending,
    SignInTokenRevoked,
    SignInTokenStatus,
)
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

LIFETIME_SECONDS = 30 * 24 * 3600
LONGEST_SECONDS = 315_360_000


@operation(
    "sign_in_tokens.create",
    permission=Permission.SIGN_IN_TOKENS_MANAGE,
    raises=(UserNotFound, MemberNotFound, NoActiveSigningKey),
)
async def create(
    ctx: Context,
    user_id: str,
    organization_id: str | None = None,
    expires_in_seconds: int | None = None,
) -> SignInTokenMade:
    """Make a ticket that signs a user in once.

    organization_id: an organization of the user's that the session begins in.
    expires_in_seconds: 1 to 315360000; 2592000 when left out.
    Returns: the token with its ticket and link, which are kept nowhere.
    Raises: UserNotFound; MemberNotFound, when the user is not in the organization.
    Announces: SignInTokenCreated.
    Source: Clerk BAPI 2025-11-10, CreateSignInToken.
    """
    await ctx.allow()
    lifetime = LIFETIME_SECONDS if expires_in_seconds is None else expires_in_seconds
    if not 1 <= lifetime <= LONGEST_SECONDS:
        reason = f"it must be from 1 to {LONGEST_SECONDS}"
        raise InvalidInput("expires_in_seconds", reason=reason)
    signing = await tickets.signer(ctx)
    await user_queries.lock_user(ctx.db, user_id)
    if organization_id is not None:
        standing = await membership_queries.find_standing(ctx.db, organization_id, user_id)
        if not standing.is_member:
            raise MemberNotFound("organization_id")
    row = SignInToken(
        id=ctx.new_id("sit_"),
        user_id=user_id,
        organization_id=organization_id,
        status=SignInTokenStatus.PENDING,
        expires_at=ctx.now + timedelta(seconds=lifetime),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await queries.TOKENS.insert(ctx.db, row)
    issued = await granting.issue(ctx, Purpose.SIGN_IN_TOKEN, row.id, expires_at=row.expires_at)
    ticket = signing.ticket(Purpose.SIGN_IN_TOKEN, issued, row.expires_at)
    ctx.announce(SignInTokenCreated(row))
    return SignInTokenMade(row, ticket, signing.url(ticket))


@operation(
    "sign_in_tokens.revoke",
    permission=Permission.SIGN_IN_TOKENS_MANAGE,
    raises=(SignInTokenNotFound, SignInTokenNotPending),
)
async def revoke(ctx: Context, sign_in_token_id: str) -> SignInToken:
    """Take a pending ticket back.

    Returns: the token as it is now.
    Raises: SignInTokenNotFound; SignInTokenNotPending, when it was used or revoked.
    Announces: SignInTokenRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeSignInToken.
    """
    await ctx.allow()
    revoked = await withdraw(
        ctx,
        queries.TOKENS,
        Purpose.SIGN_IN_TOKEN,
        sign_in_token_id,
        parameter="sign_in_token_id",
        missing=SignInTokenNotFound,
        settled=SignInTokenNotPending,
    )
    ctx.announce(SignInTokenRevoked(revoked))
    return revoked
