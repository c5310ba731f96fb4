"""Account clients of a world, and people who are logged in at them."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from charter.core.account_clients import operations as account_clients
from charter.core.account_clients.model import NewAccountClient
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationMade
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations.account_ids import shown
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


def bearing(tokens: Any) -> dict[str, str]:
    """The header of a request by an access token, or by what holds one."""
    text = tokens if isinstance(tokens, str) else tokens.access_token
    return {"authorization": f"Bearer {text}"}


async def posted(world: Any, path: str, *, headers: Any = None, **form: Any) -> httpx.Response:
    """What an OAuth endpoint of the Accounts API answers to a form, without another credential."""
    request = world.client.build_request(
        "POST", f"/accounts/oauth2{path}", data=form, headers=headers
    )
    if "authorization" not in (headers or {}):
        del request.headers["authorization"]
    found: httpx.Response = await world.client.send(request)
    return found


def shown_as(made: OauthApplicationMade) -> dict[str, str]:
    """How a client shows who it is, in a form."""
    named = {"client_id": shown(made.application.id)}
    return named if made.secret is None else {**named, "client_secret": made.secret}
