"""Begins a login: a session as of any sign-in, and the tokens of the client at which it is."""

from dataclasses import replace

from charter.core.account_logins import queries
from charter.core.account_logins.model import (
    CredentialsWrong,
    DeviceUnknown,
    LoggedIn,
    LoginProfile,
    NewPasswordNeeded,
    SecondFactorRequired,
    SignInUnfinished,
)
from charter.core.checks.model import Check
from charter.core.clients.browsers import own
from charter.core.instances.model import Instance
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations.model import OauthClientNotAllowed, OauthGrantInvalid
from charter.core.sign_ins import advancing
from charter.core.sign_ins.advancing import ADVANCING_ERRORS
from charter.core.sign_ins.beginning import new_sign_in
from charter.core.sign_ins.model import Entry, NewSignIn, Passed, SignInStatus
from charter.core.sign_ins.ways.password import PASSWORD
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.kernel.db import Db
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context

LEFT: dict[SignInStatus, type[DomainError]] = {
    SignInStatus.NEEDS_SECOND_FACTOR: SecondFactorRequired,
    SignInStatus.NEEDS_NEW_PASSWORD: NewPasswordNeeded,
    SignInStatus.NEEDS_CLIENT_TRUST: DeviceUnknown,
}
"""What a sign-in still waits for, as one call is told."""
ENTERING_ERRORS = (
    *ADVANCING_ERRORS,
    CredentialsWrong,
    DeviceUnknown,
    NewPasswordNeeded,
    OauthClientNotAllowed,
    SecondFactorRequired,
    SignInUnfinished,
    UserNotFound,
)
"""What beginning a login may raise."""


def entry_of(ctx: Context, instance: Instance, user: User | None, email: str | None) -> Entry:
    """A sign-in that has just begun, about a user."""
    return Entry(instance, new_sign_in(ctx, NewSignIn(identifier=email), user), user, is_new=True)


async def entered(
    ctx: Context,
    client: OauthApplication,
    entry: Entry,
    passed: Passed,
    second: Check | None,
    *,
    organization_id: str | None = None,
) -> LoggedIn:
    """Begin a login with the factors that were proven, by all that a sign-in's end asks for.

    second: the second factor that was shown. organization_id: where they work; None: in the one
    that they joined first.
    Raises: ENTERING_ERRORS.
    Announces: SessionCreated, OauthAuthorizationCreated.
    """
    user_id = passed.user_id or entry.sign_in.user_id
    known = entry.user
    held = await own(ctx)
    home = organization_id or await home_of(ctx.db, user_id or "")
    row = replace(
        entry.sign_in, client_id=held.client.id, organization_id=home, second_check=second
    )
    if second is not None:
        passed = replace(passed, is_enough=True)
    begun = replace(entry, sign_in=row)
    progress = await advancing.passed_first(ctx, begun, passed, held=held)
    sign_in, user = progress.view.sign_in, progress.view.user
    if sign_in.created_session_id is None or user is None:
        raise LEFT[sign_in.status]
    is_by_password = passed.check.strategy == PASSWORD
    if is_by_password and user.password_updated_at != getattr(known, "password_updated_at", None):
        # Another password was set while this one was looked at.
        raise CredentialsWrong
    return await tokens_for(ctx, client, user, sign_in.created_session_id, home)


async def tokens_for(
    ctx: Context, client: OauthApplication, user: User, session_id: str, home: str | None
) -> LoggedIn:
    """The tokens of a session just begun. Raises: SignInUnfinished, while it waits."""
    try:
        tokens = await logins.log_in(
            ctx,
            client,
            session_id=session_id,
            user_id=user.id,
            organization_id=home,
            authenticated_at=ctx.now,
        )
    except OauthGrantInvalid as waiting:
        raise SignInUnfinished from waiting
    return LoggedIn(client, tokens, await profile_of(ctx.db, user.id, home))


async def home_of(db: Db, user_id: str) -> str | None:
    """Where a person works who has not said: the organization that they joined first."""
    found = await queries.memberships_of(db, user_id)
    in_use = (each.organization_id for each in found if each.organization.status.is_in_use)
    return next(in_use, None)


async def profile_of(db: Db, user_id: str, organization_id: str | None) -> LoginProfile:
    """Who somebody is, with their memberships. Raises: UserNotFound."""
    user = await user_queries.get_user(db, user_id)
    found = await queries.memberships_of(db, user_id)
    active = next((each for each in found if each.organization_id == organization_id), None)
    return LoginProfile(user, found, active)
