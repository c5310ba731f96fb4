"""What can be done with account clients: by owners for theirs, by the app's server for its own."""

from typing import Any

from charter.core.account_clients import checking, keeping, queries
from charter.core.account_clients.finding import known, locked
from charter.core.account_clients.model import (
    AccountClientPatch,
    AuthMethod,
    KeyState,
    NewAccountClient,
)
from charter.core.oauth_applications import making
from charter.core.oauth_applications import queries as application_queries
from charter.core.oauth_applications.model import (
    OauthApplication,
    OauthApplicationCreated,
    OauthApplicationDeleted,
    OauthApplicationMade,
    OauthApplicationNotFound,
    OauthApplicationUpdated,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import lock_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed, merge

TOKENS = ("access", "refresh", "id")
UNNAMED = "Client"


@operation("account_clients.search", permission=Permission.OAUTH_APPLICATIONS_MANAGE, writes=False)
async def search(ctx: Context, search: Search) -> Found[OauthApplication]:
    """List the clients of the app itself, newest first."""
    await ctx.allow()
    return await queries.OF_APP.search(ctx.db, search)


@operation(
    "account_clients.search_of_organization",
    permission=Permission.ORGANIZATION_VIEW,
    writes=False,
)
async def search_of_organization(
    ctx: Context, organization_id: str, search: Search
) -> Found[OauthApplication]:
    """List the clients of an organization, newest first.

    Source: Accounts API, list an account's clients.
    """
    await ctx.allow(organization_id)
    return await queries.OF_ORGANIZATION.search(ctx.db, search, organization_id=organization_id)


@operation("account_clients.create", permission=Permission.OAUTH_APPLICATIONS_MANAGE)
async def create(ctx: Context, new: NewAccountClient) -> OauthApplicationMade:
    """Make a client of the app itself, with its first key.

    People are not asked whether they let it in: the app vouches for it. What it gets by its own
    credentials holds for the whole instance.
    Raises: InvalidInput.
    Announces: OauthApplicationCreated, ClientKeyCreated.
    """
    await ctx.allow()
    return await _created(ctx, new, None)


@operation(
    "account_clients.create_for_organization",
    permission=Permission.TOKENS_MANAGE,
    raises=(OrganizationNotFound,),
)
async def create_for_organization(
    ctx: Context, organization_id: str, new: NewAccountClient
) -> OauthApplicationMade:
    """Make a client of an organization, with its first key.

    Nothing that it gets reaches beyond the organization, and people are asked before it gets in.
    Raises: OrganizationNotFound; InvalidInput.
    Announces: OauthApplicationCreated, ClientKeyCreated.
    Source: Accounts API, register an OAuth client.
    """
    await ctx.allow(organization_id)
    # A client outlives its maker's role: it is made while nobody can take the role away.
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    return await _created(ctx, new, organization_id)


@operation(
    "account_clients.get",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OauthApplicationNotFound,),
    writes=False,
)
async def get(ctx: Context, client_id: str) -> OauthApplication:
    """Read one client.

    Raises: OauthApplicationNotFound.
    Source: Accounts API, read a client.
    """
    return await known(ctx, client_id)


@operation(
    "account_clients.update",
    permission=Permission.TOKENS_MANAGE,
    raises=(OauthApplicationNotFound, OrganizationNotFound),
)
async def update(ctx: Context, client_id: str, patch: AccountClientPatch) -> OauthApplication:
    """Change a client. What it may ask for no more is gone from its tokens when they are renewed.

    Tokens that name an issuer from before are refused.
    Raises: OauthApplicationNotFound; InvalidInput.
    Announces: OauthApplicationUpdated.
    Source: Accounts API, configure a client.
    """
    before = await locked(ctx, client_id)
    ctx.expect(before.updated_at)
    changes = _changes(before, patch)
    if not changes:
        return before
    # Of the tokens that are out by now none may outlive its key.
    await keeping.keep_tokens(ctx, before)
    after = await application_queries.update_application(ctx.db, before, ctx.now, **changes)
    ctx.announce(OauthApplicationUpdated(after, before=before))
    return after


@operation(
    "account_clients.delete",
    permission=Permission.TOKENS_MANAGE,
    raises=(OauthApplicationNotFound, OrganizationNotFound),
)
async def delete(ctx: Context, client_id: str) -> OauthApplication:
    """Delete a client: its keys and all its tokens end with it.

    Returns: the client as it was.
    Raises: OauthApplicationNotFound.
    Announces: OauthApplicationDeleted.
    Source: Accounts API, remove a client.
    """
    before = await locked(ctx, client_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(application_queries.DELETE, oauth_application_id=client_id)
    ctx.announce(OauthApplicationDeleted(before))
    return before


async def _created(
    ctx: Context, new: NewAccountClient, organization_id: str | None
) -> OauthApplicationMade:
    """A client with its first key. Raises: InvalidInput."""
    method = new.auth_method or AuthMethod.SECRET_BASIC
    is_public = method is AuthMethod.NONE
    if (new.jwks is not None) != (method is AuthMethod.PRIVATE_KEY):
        raise InvalidInput("jwks", reason=f"it goes with {AuthMethod.PRIVATE_KEY} alone")
    given = {
        column: check(getattr(new, name))
        for name, (column, check) in checking.CHECKS.items()
        if name != "name"
    }
    given["grant_types"] = checking.grant_types(new.grant_types, is_public=is_public)
    configured = {each: checking.token(each)(getattr(new, f"{each}_token")) for each in TOKENS}
    given["token_settings"] = {name: value for name, value in configured.items() if value}
    checking.whole(given, None)
    row, secret = making.new_row(
        ctx,
        name=checking.name(new.name) if new.name is not None else UNNAMED,
        redirect_uris=given.pop("redirect_uris"),
        scopes=given.pop("scopes"),
        is_public=is_public,
        is_pkce_required=True,
        is_consent_screen_enabled=organization_id is not None,
        has_secret=method is not AuthMethod.PRIVATE_KEY,
        organization_id=organization_id,
        **given,
    )
    await application_queries.insert_application(ctx.db, row)
    made = await application_queries.get_application(ctx.db, row.id)
    ctx.announce(OauthApplicationCreated(made))
    await keeping.new_key(ctx, made, KeyState.SIGNING)
    return OauthApplicationMade(made, secret)


def _changes(before: OauthApplication, patch: AccountClientPatch) -> dict[str, Any]:
    """What is to be set. Raises: InvalidInput."""
    given = changed(patch)
    found = {
        column: check(given[name])
        for name, (column, check) in checking.CHECKS.items()
        if name in given
    }
    if "jwks" in given and (found["jwks"] is None) != (before.jwks is None):
        raise InvalidInput("jwks", reason="how a client proves who it is stays as it was made")
    if "grant_types" in given:
        found["grant_types"] = checking.grant_types(
            given["grant_types"], is_public=before.is_public
        )
    settings = dict(before.token_settings)
    for each in TOKENS:
        if f"{each}_token" in given:
            merged = merge(settings.get(each, {}), given[f"{each}_token"])
            settings[each] = checking.token(each)(merged)
    found["token_settings"] = {name: value for name, value in settings.items() if value}
    checking.whole(found, before)
    return {
        name: value
        for name, value in found.items()
        if _comparable(value) != _comparable(getattr(before, name))
    }


def _comparable(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
