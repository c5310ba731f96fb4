"""Programs that register themselves as OAuth applications. Source: RFC 7591."""

from charter.core.grants.links import checked_redirect_url
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import FLOWS, limit
from charter.core.oauth_applications import making, queries, scopes
from charter.core.oauth_applications.model import (
    OauthApplicationCreated,
    OauthApplicationMade,
    Registration,
    RegistrationDisabled,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

METHODS = ("client_secret_basic", "client_secret_post", "none")
LONGEST_URI = 1024


@operation(
    "oauth_applications.register", permission=Permission.PUBLIC, raises=(RegistrationDisabled,)
)
async def register(ctx: Context, given: Registration) -> OauthApplicationMade:
    """Register a program that nobody vouches for: people are always asked before it gets in.

    Raises: RegistrationDisabled, unless the instance's settings let programs do so; InvalidInput.
    Announces: OauthApplicationCreated.
    Source: Clerk FAPI 2026-05-12, registerOAuthClient; RFC 7591, section 3.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    if not instance.settings.oauth_dynamic_client_registration:
        raise RegistrationDisabled
    await limit(ctx, instance, FLOWS)
    method = given.token_endpoint_auth_method or METHODS[0]
    if method not in METHODS:
        reason = f"it must be one of {', '.join(METHODS)}"
        raise InvalidInput("token_endpoint_auth_method", reason=reason)
    uris = making.checked_uris(given.redirect_uris, None)
    if not uris:
        raise InvalidInput("redirect_uris", reason="there must be at least one")
    name = given.client_name
    row, secret = making.new_row(
        ctx,
        name=making.checked_name(name, parameter="client_name") if name else None,
        redirect_uris=uris,
        scopes=scopes.checked(
            given.scope, instance.settings.oauth_default_scopes, parameter="scope"
        ),
        is_public=method == "none",
        is_dynamically_registered=True,
        client_uri=_checked_uri(given.client_uri),
    )
    await queries.insert_application(ctx.db, row)
    made = await queries.get_application(ctx.db, row.id)
    ctx.announce(OauthApplicationCreated(made))
    return OauthApplicationMade(made, secret)


def _checked_uri(uri: str | None) -> str | None:
    """The program's own page. Raises: InvalidInput."""
    if not uri:
        return None
    if len(uri) > LONGEST_URI:
        raise InvalidInput("client_uri", reason=f"it must not exceed {LONGEST_URI} characters")
    try:
        return checked_redirect_url(uri)
    except InvalidInput as refused:
        raise InvalidInput("client_uri", reason=str(refused.meta["reason"])) from refused
