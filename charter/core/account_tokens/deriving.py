"""Makes a token for one account from a person's login token: narrower in everything, and no more.

The role is that of the moment, and the token ends no later than the one that it was made from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from charter.core.account_tokens.model import (
    AccountTokenIssued,
    AudienceNotAllowed,
    InsufficientScope,
    IssuedFacts,
    LoginTokenNeeded,
    OrganizationSuspended,
    OrganizationUnpaid,
)
from charter.core.account_tokens.queries import is_member_of_closed
from charter.core.memberships.queries import find_standing
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.queries import find_application
from charter.core.oauth_applications.scopes import ordered, split
from charter.core.oauth_authorizations import account_minting
from charter.core.oauth_authorizations.account_minting import Subject
from charter.core.organizations.model import (
    Organization,
    OrganizationClosed,
    OrganizationNotFound,
    OrganizationStatus,
)
from charter.core.organizations.queries import get_organization
from charter.core.vocabulary import Permission
from charter.kernel.actor import Access, Actor, ActorKind
from charter.kernel.errors import NotFound
from charter.kernel.operation import Context, operation

ERRORS = (
    AudienceNotAllowed,
    LoginTokenNeeded,
    OrganizationClosed,
    OrganizationNotFound,
    OrganizationSuspended,
    OrganizationUnpaid,
    InsufficientScope,
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A token for one account."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    scopes: tuple[str, ...]


@operation("account_tokens.derive", permission=Permission.ORGANIZATION_VIEW, raises=ERRORS)
async def derive(
    ctx: Context, organization_id: str, audience: str | None = None, scope: str | None = None
) -> Derived:
    """Make a token for one account, for who acts by a login token of a client.

    audience: the client's own or one that it may ask for; scope: apart by spaces, none that the
    login token has not. Left out both are those of the login token.
    Raises: LoginTokenNeeded, for every other credential, also a token that was made so;
        OrganizationNotFound; OrganizationClosed; OrganizationSuspended, or OrganizationUnpaid where
        it is for want of money; AudienceNotAllowed; InsufficientScope.
    Announces: AccountTokenIssued.
    Source: Accounts API, a token for one account.
    """
    try:
        await ctx.allow(organization_id)
    except NotFound as strange:
        await _check_closed(ctx, organization_id, ctx.actor.user_id, strange)
        raise
    return await derive_for(ctx, ctx.actor, organization_id, audience, scope)


async def derive_for(
    ctx: Context,
    actor: Actor,
    organization_id: str,
    audience: str | None,
    scope: str | None,
) -> Derived:
    """The same for whoever's token was read, in the caller's transaction. Raises: as `derive`."""
    access, user_id = actor.access, actor.user_id
    is_login = actor.kind is ActorKind.USER and access is not None and not access.is_derived
    if access is None or user_id is None or not is_login:
        raise LoginTokenNeeded
    client = await find_application(ctx.db, access.client_id)
    if client is None:  # deleted at this moment
        raise LoginTokenNeeded
    if client.organization_id not in (None, organization_id):
        raise NotFound("organization_id")
    standing = await find_standing(ctx.db, organization_id, user_id)
    if not standing.is_member:
        strange = NotFound("organization_id")
        await _check_closed(ctx, organization_id, user_id, strange)
        raise strange
    check_in_use(ctx, await get_organization(ctx.db, organization_id))
    scopes = _narrowed(client, access, scope)
    made = await account_minting.access_token(
        ctx,
        client,
        Subject(user_id, organization_id, actor.id),
        scopes,
        audience=_audience(client, access, audience),
        ends_at=access.expires_at,
        is_derived=True,
    )
    facts = IssuedFacts(
        made.jti, client.id, user_id, organization_id, scopes, made.audience, made.expires_at
    )
    ctx.announce(AccountTokenIssued(facts))
    return Derived(made.token, made.life_seconds, scopes)


async def _check_closed(
    ctx: Context, organization_id: str, user_id: str | None, strange: NotFound
) -> None:
    """Tell members of a closed organization, who are strangers to it in all else, that it is.

    Raises: OrganizationClosed.
    """
    actor = ctx.actor
    is_elsewhere = actor.is_confined and actor.organization_id != organization_id
    if user_id is None or is_elsewhere:
        return
    if await is_member_of_closed(ctx.db, organization_id, user_id):
        raise OrganizationClosed("organization_id") from strange


def check_in_use(ctx: Context, organization: Organization) -> None:
    """Refuse an organization that rests.

    Raises: OrganizationClosed; OrganizationUnpaid; OrganizationSuspended.
    """
    if organization.status is OrganizationStatus.CLOSED:
        raise OrganizationClosed("organization_id")
    if organization.status is OrganizationStatus.SUSPENDED:
        paid_until = organization.paid_until
        if paid_until is not None and paid_until <= ctx.now:
            raise OrganizationUnpaid("organization_id")
        raise OrganizationSuspended("organization_id")


def _narrowed(client: OauthApplication, access: Access, scope: str | None) -> tuple[str, ...]:
    """What is asked for, where the token has it and the client may. Raises: InsufficientScope."""
    may = [each for each in access.scopes if each in client.scopes]
    if scope is None:
        return ordered(may)
    wanted = split(scope)
    if not frozenset(may).issuperset(wanted):
        raise InsufficientScope("scope")
    return ordered(wanted)


def _audience(client: OauthApplication, access: Access, audience: str | None) -> Sequence[str]:
    """Whom the token is for. Raises: AudienceNotAllowed."""
    if audience is None:
        return access.audience
    if audience not in (client.audience, *client.allowed_audiences):
        raise AudienceNotAllowed("audience")
    return (audience,)
