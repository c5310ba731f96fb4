"""Account clients of a world, and people who are logged in at them."""

from collections.abc import Awaitable, Callable
from typing import Any

from charter.core.account_clients import operations as account_clients
from charter.core.account_clients.model import NewAccountClient
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationMade
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations.logins import AccountTokens
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context, Operation, run
from charter.kernel.platform import Platform
from tests.consenting import CALLBACK

SCOPES = "openid profile email offline_access files:read files:write"


async def inside(
    world: Any, work: Callable[[Context], Awaitable[Any]], *, platform: Platform | None = None
) -> Any:
    """What a plain function of the core gives in an operation of its own."""

    async def function(ctx: Context) -> Any:
        await ctx.allow()
        return await work(ctx)

    operation: Any = Operation(
        "tests.inside", Permission.PUBLIC, (DomainError,), True, function, {}, {}
    )
    actor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    return await run(platform or world.platform, actor, operation, arguments={})


async def app_client(world: Any, **fields: Any) -> OauthApplicationMade:
    """A client of the app itself."""
    fields = {"name": "Web", "redirect_uris": [CALLBACK], "allowed_scope": SCOPES, **fields}
    made: OauthApplicationMade = await world.call(
        None, account_clients.create, new=NewAccountClient(**fields)
    )
    return made


async def client_of(world: Any, organization: Any, who: str = "ann", **fields: Any) -> Any:
    """A client of an organization, made by an owner."""
    fields = {"name": "Own", "redirect_uris": [CALLBACK], "allowed_scope": SCOPES, **fields}
    return await world.call(
        who,
        account_clients.create_for_organization,
        organization_id=organization.id,
        new=NewAccountClient(**fields),
    )


async def login(
    world: Any,
    client: OauthApplication,
    name: str,
    organization: Any = None,
    **options: Any,
) -> AccountTokens:
    """Tokens of somebody who signed in at a client, in a session of their own."""
    session = await world.session(name)
    platform = options.pop("platform", None)

    async def work(ctx: Context) -> AccountTokens:
        return await logins.log_in(
            ctx,
            client,
            session_id=session.id,
            user_id=session.user_id,
            organization_id=getattr(organization, "id", organization),
            **options,
        )

    made: AccountTokens = await inside(world, work, platform=platform)
    return made


async def renewed(world: Any, client: OauthApplication, token: str, **options: Any) -> Any:
    """What a refresh token gives."""
    platform = options.pop("platform", None)
    return await inside(
        world, lambda ctx: logins.renew(ctx, client, token, **options), platform=platform
    )
