"""What somebody does with a login that they have: look at it, renew it, move it, end it."""

from datetime import timedelta

from charter.core.account_logins import queries
from charter.core.account_logins.admitting import OTHERS, check_origin, client_of
from charter.core.account_logins.entering import profile_of
from charter.core.account_logins.mailing import mail_later
from charter.core.account_logins.model import (
    CLIENT_ERRORS,
    LinkKind,
    LoggedIn,
    LoginOriginRefused,
    LoginOver,
    LoginProfile,
    LoginReplayed,
    Renewed,
    SignedOut,
)
from charter.core.grants import queries as grant_queries
from charter.core.grants.granting import KEPT_AFTER_EXPIRY
from charter.core.grants.model import Grant, Purpose
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import limit
from charter.core.memberships.queries import find_standing
from charter.core.oauth_applications import queries as applications
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations import queries as authorizations
from charter.core.oauth_authorizations.model import (
    OauthClientNotAllowed,
    OauthGrantInvalid,
    OauthRequestInvalid,
    OauthScopeInvalid,
    Replayed,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.sessions import queries as sessions
from charter.core.sessions.ending import end_sessions
from charter.core.sessions.model import SessionNotFound, SessionStatus
from charter.core.users import queries as users
from charter.core.users.model import User, UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.db import Db
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest


@operation(
    "account_logins.describe",
    permission=Permission.SELF,
    raises=(LoginOriginRefused, LoginOver, UserNotFound),
    writes=False,
)
async def describe(ctx: Context) -> LoginProfile:
    """Say who is signed in, with the organizations they are in and the one they work in.

    Raises: LoginOriginRefused; LoginOver, when it ends at this moment.
    Source: Accounts API, GET /auth/me.
    """
    await ctx.allow()
    if ctx.actor.access is not None:
        await _client_of_login(ctx)
    return await profile_of(ctx.db, ctx.user_id, await _working_in(ctx))


@operation(
    "account_logins.read_user",
    permission=Permission.USERS_READ,
    raises=(UserNotFound,),
    writes=False,
)
async def read_user(ctx: Context, user_id: str) -> User:
    """Read a user; people read themselves.

    Raises: UserNotFound.
    Source: Accounts API, GET /auth/user/{user_id}.
    """
    await ctx.allow(or_self=user_id)
    return await users.get_user(ctx.db, user_id)


@operation(
    "account_logins.refresh",
    permission=Permission.PUBLIC,
    raises=(*CLIENT_ERRORS, LoginOver, OauthClientNotAllowed),
)
async def refresh(
    ctx: Context, refresh_token: str | None = None, client_id: str | None = None
) -> Renewed | LoginReplayed:
    """Trade a refresh token for new tokens; it works once.

    refresh_token: None: the one that the browser keeps. Who lost the answer gets the same
        successor for ten seconds.
    Returns: the tokens; LoginReplayed, where the token came a second time: its login has ended,
        and the session with it.
    Raises: LoginOver; CLIENT_ERRORS; TooManyAttempts.
    Announces: OauthAuthorizationRenewed; OauthReplayed, OauthAuthorizationRevoked, SessionRevoked.
    Source: Accounts API, POST /auth/refresh; RFC 9700, section 4.14.
    """
    await ctx.allow()
    await limit(ctx, await instance_of(ctx), OTHERS)
    token = refresh_token or ctx.actor.client_token
    if not token:
        raise MissingInput("refresh_token", reason="it is required")
    grant = await _grant_of(ctx, token)
    if grant is None or client_id not in (None, grant.facts["application_id"]):
        raise LoginOver
    client = await client_of(ctx, grant.facts["application_id"])
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    await _check_begun_here(ctx, reading, client, grant)
    try:
        renewed = await logins.renew(ctx, client, token)
    except (OauthGrantInvalid, OauthRequestInvalid, OauthScopeInvalid) as over:
        raise LoginOver from over
    if isinstance(renewed, Replayed):
        session_id = await queries.session_of(ctx.db, grant.subject_id)
        if session_id is not None:
            await end_sessions(ctx, [session_id], status=SessionStatus.REVOKED)
        return LoginReplayed()
    return Renewed(client, renewed)


@operation(
    "account_logins.switch",
    permission=Permission.SELF,
    raises=(*CLIENT_ERRORS, LoginOver, OauthClientNotAllowed, OrganizationNotFound, UserNotFound),
)
async def switch(ctx: Context, organization_id: str) -> LoggedIn:
    """Move one's login to another organization that one is in; its refresh token is another.

    Raises: OrganizationNotFound, to strangers; LoginOver, also without an access token.
    Announces: OauthAuthorizationMoved.
    Source: Accounts API, POST /auth/switch-accounts.
    """
    await ctx.allow()
    user_id = ctx.user_id
    if not (await find_standing(ctx.db, organization_id, user_id)).is_member:
        raise OrganizationNotFound("organization_id")
    client = await _client_of_login(ctx)
    try:
        tokens = await logins.switch(ctx, client, ctx.actor.id or "", organization_id)
    except (OauthGrantInvalid, OauthScopeInvalid) as over:
        raise LoginOver from over
    if ctx.actor.session_id is not None:
        await sessions.update_organization(ctx.db, ctx.actor.session_id, organization_id, ctx.now)
    return LoggedIn(client, tokens, await profile_of(ctx.db, user_id, organization_id))


@operation(
    "account_logins.send_proof_link",
    permission=Permission.SELF,
    raises=(*CLIENT_ERRORS, LoginOver, UserNotFound),
)
async def send_proof_link(ctx: Context) -> None:
    """Have links mailed to one's own addresses that are not proven yet.

    Raises: LoginOver, without an access token; TooManyAttempts.
    Source: Accounts API, POST /auth/send-verification-email.
    """
    await ctx.allow()
    await limit(ctx, await instance_of(ctx), OTHERS)
    client = await _client_of_login(ctx)
    user = await users.get_user(ctx.db, ctx.user_id)
    for address in user.email_addresses:
        if not address.is_verified:
            mail_later(ctx, LinkKind.PROVE, client, address.address, user_id=user.id)


@operation("account_logins.sign_out", permission=Permission.PUBLIC, raises=(LoginOriginRefused,))
async def sign_out(ctx: Context, refresh_token: str | None = None) -> SignedOut:
    """End a login, by its access token or its refresh token, and the session with it.

    Without either there is nothing to end. refresh_token: as `refresh` takes it.
    Raises: LoginOriginRefused.
    Announces: OauthAuthorizationRevoked, SessionEnded.
    Source: Accounts API, POST /auth/sign-out.
    """
    await ctx.allow()
    login_id, session_id = None, ctx.actor.session_id
    if ctx.actor.access is not None:
        login_id, client_id = ctx.actor.id, ctx.actor.access.client_id
    else:
        grant = await _grant_of(ctx, refresh_token or ctx.actor.client_token or "")
        if grant is not None:
            login_id, client_id = grant.subject_id, grant.facts["application_id"]
            session_id = await queries.session_of(ctx.db, grant.subject_id)
    client = None
    if login_id is not None:
        client = await _found(ctx.db, client_id)
        if client is not None:
            check_origin(ctx, client)
        await logins.log_out(ctx, login_id, "signed out")
    if session_id is not None:
        await end_sessions(ctx, [session_id], status=SessionStatus.ENDED)
    return SignedOut(client)


async def _grant_of(ctx: Context, token: str) -> Grant | None:
    """What a refresh token is known by, read before any transaction; good or not."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    return await grant_queries.find_by_secret(reading, Purpose.ACCOUNT_REFRESH, digest(token), None)


async def _check_begun_here(
    ctx: Context, reading: Db, client: OauthApplication, grant: Grant
) -> None:
    """Refuse the token of a login that a client with a secret got for a code.

    That one shows its secret at the token endpoint; here nobody does. What a code gave is not
    known for ever, so at such a client logins are renewed here no longer than that.
    Raises: LoginOver.
    """
    if client.is_public:
        return
    login = await authorizations.find_live(reading, grant.subject_id, ctx.now)
    if login is None or ctx.now - login.created_at > KEPT_AFTER_EXPIRY - timedelta(days=1):
        raise LoginOver
    if await queries.came_from_code(reading, login.id):
        raise LoginOver


async def _client_of_login(ctx: Context) -> OauthApplication:
    """The client of the acting login. Raises: LoginOver; LoginOriginRefused."""
    if ctx.actor.access is None:
        raise LoginOver
    client = await _found(ctx.db, ctx.actor.access.client_id)
    if client is None:
        raise LoginOver
    check_origin(ctx, client)
    return client


async def _found(db: Db, client_id: str) -> OauthApplication | None:
    try:
        return await applications.get_application(db, client_id)
    except OauthApplicationNotFound:
        return None


async def _working_in(ctx: Context) -> str | None:
    """The organization that a login, or a session, is in. Raises: LoginOver."""
    if ctx.actor.access is not None:
        login = await authorizations.find_live(ctx.db, ctx.actor.id or "", ctx.now)
        if login is None:
            raise LoginOver
        return login.organization_id
    if ctx.actor.session_id is None:
        return None
    try:
        session = await sessions.get_session(ctx.db, ctx.actor.session_id)
    except SessionNotFound:
        return None
    return session.last_active_organization_id
