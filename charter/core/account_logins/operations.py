"""What anybody can do at a client: sign up, sign in, ask how."""

from typing import Any

from charter.core.account_logins import methods
from charter.core.account_logins.admitting import OTHERS, client_of, limited
from charter.core.account_logins.entering import (
    ENTERING_ERRORS,
    entered,
    entry_of,
    tokens_for,
)
from charter.core.account_logins.linking import link_of, spend
from charter.core.account_logins.mailing import mail_later
from charter.core.account_logins.model import (
    CLIENT_ERRORS,
    CredentialsWrong,
    EmailCheck,
    LinkKind,
    LoggedIn,
    LoginLinkInvalid,
    LoginMethods,
    NewLogin,
    NewPasswordNeeded,
    SecondFactorWrong,
    SignedUpUnproven,
)
from charter.core.account_logins.proving import prove_password, prove_second
from charter.core.checks.model import Check, CheckStatus
from charter.core.clients.browsers import own, renewed
from charter.core.identity_providers.queries import search_enabled
from charter.core.instance_domains.model import SatelliteOnlyReads
from charter.core.instances.satellites import require_primary
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import limit
from charter.core.links.model import EMAIL_LINK
from charter.core.passwords import hashers
from charter.core.passwords.model import UserLocked
from charter.core.sessions import queries as session_queries
from charter.core.sessions.beginning import new_session
from charter.core.sessions.model import SessionCreated
from charter.core.sign_ins.identifying import find_person
from charter.core.sign_ins.model import Passed
from charter.core.sign_ins.ways.password import PASSWORD
from charter.core.sign_ups.admitting import ADMITTING_ERRORS, check_captcha, check_mode
from charter.core.sign_ups.blank import blank
from charter.core.sign_ups.filling import FILLING_ERRORS, filled
from charter.core.sign_ups.model import GivenFields
from charter.core.sign_ups.requirements import requirements
from charter.core.users.making import MAKING_ERRORS, make_user
from charter.core.users.model import IdentificationStatus, NewUser
from charter.core.users.texts import check_storable
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation

SIGN_IN_ERRORS = (
    *CLIENT_ERRORS,
    *ENTERING_ERRORS,
    NewPasswordNeeded,
    SecondFactorWrong,
    UserLocked,
)


@operation("account_logins.sign_in", permission=Permission.PUBLIC, raises=SIGN_IN_ERRORS)
async def sign_in(
    ctx: Context,
    email_address: str,
    password: str,
    client_id: str | None = None,
    code: str | None = None,
) -> LoggedIn:
    """Sign in with a password, and a second factor where the person has one.

    All that a sign-in in steps asks for is asked for here. Whether the address is anybody's is
    told neither by the answer nor by how long it takes.
    code: of an authenticator app, or a recovery code.
    Raises: CLIENT_ERRORS; CredentialsWrong; SecondFactorRequired; SecondFactorWrong;
        NewPasswordNeeded; DeviceUnknown; SignInUnfinished; UserBanned and IdentifierNotAllowed,
        to who knows the password; UserLocked, after too many codes; TooManyAttempts.
    Announces: PasswordVerified, PasswordRefused; SessionCreated, OauthAuthorizationCreated.
    Source: Accounts API, POST /auth/sign-in.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    client = await client_of(ctx, client_id)
    await limited(ctx, instance, email_address)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    user = await find_person(reading, instance, email_address)
    entry = entry_of(ctx, instance, user, email_address)
    passed = await prove_password(ctx, entry, password)
    if user is None:
        raise CredentialsWrong
    second = await prove_second(ctx, instance, user, code, first="password")
    return await entered(ctx, client, entry, passed, second)


@operation(
    "account_logins.sign_in_with_link",
    permission=Permission.PUBLIC,
    raises=(*SIGN_IN_ERRORS, LoginLinkInvalid),
)
async def sign_in_with_link(
    ctx: Context, token: str, client_id: str | None = None, code: str | None = None
) -> LoggedIn:
    """Sign in by the token of a mailed link, and a second factor where the person has one.

    A token works once, for the client that it was made for; without the second factor it stays.
    Raises: LoginLinkInvalid; as `sign_in` otherwise.
    Announces: SessionCreated, OauthAuthorizationCreated.
    Source: Accounts API, POST /auth/sign-in-with-token.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await limited(ctx, instance)
    link = await link_of(ctx, LinkKind.SIGN_IN, token, client_id)
    if not methods.by_link(instance):
        raise LoginLinkInvalid
    entry = entry_of(ctx, instance, link.user, link.address.address)
    second = await prove_second(ctx, instance, link.user, code, first=EMAIL_LINK)
    await spend(ctx, link)
    passed = Passed(Check(EMAIL_LINK, CheckStatus.VERIFIED), link.user.id)
    return await entered(ctx, link.client, entry, passed, second)


@operation(
    "account_logins.sign_up",
    permission=Permission.PUBLIC,
    raises=(
        *CLIENT_ERRORS,
        *ENTERING_ERRORS,
        *MAKING_ERRORS,
        *FILLING_ERRORS,
        *ADMITTING_ERRORS,
        SatelliteOnlyReads,
    ),
)
async def sign_up(
    ctx: Context, new: NewLogin, client_id: str | None = None
) -> LoggedIn | SignedUpUnproven:
    """Make a user with a password, by every rule of a sign-up, and sign them in at once.

    Where the instance lets nobody in before their address is proven, a link is mailed there and
    nobody is signed in; the address is held for nobody until then.
    Raises: CLIENT_ERRORS; ADMITTING_ERRORS; what the fields raise; MissingInput, for all that the
        instance requires and this cannot give; EmailAddressTaken; SignInUnfinished;
        TooManyAttempts.
    Announces: UserCreated; SessionCreated, OauthAuthorizationCreated.
    Source: Accounts API, POST /auth/sign-up.
    """
    await ctx.allow()
    require_primary(ctx)
    instance = await instance_of(ctx)
    client = await client_of(ctx, client_id)
    await limited(ctx, instance, new.email_address)
    check_mode(instance)
    await check_captcha(ctx, instance, new.captcha_token)
    names = {"first_name": new.first_name or None, "last_name": new.last_name or None}
    check_storable(names)
    given: dict[str, Any] = {name: text for name, text in names.items() if text is not None}
    given |= {"email_address": new.email_address, "password": new.password}
    filling = await filled(ctx, instance, blank(ctx), GivenFields(**given))
    for name in (*requirements(instance, filling).missing, "email_address", "password"):
        if not given.get(name):
            raise MissingInput(name, reason="it is required")
    must_prove = instance.settings.attributes.email_address.is_verified_at_sign_up
    person = NewUser(
        email_addresses=[new.email_address],
        email_address_statuses=[IdentificationStatus.RESERVED],
        leaves_addresses_unproven=must_prove,
        password_digest=filling.password_digest,
        password_hasher=hashers.NEW_HASHER,
        first_name=filling.first_name,
        last_name=filling.last_name,
    )
    user = await make_user(ctx, instance, person)
    mail_later(ctx, LinkKind.PROVE, client, user.email_addresses[0].address, user_id=user.id)
    if must_prove:
        return SignedUpUnproven(user)
    held = await own(ctx)
    session = new_session(ctx, instance, user, held.client.id)
    session_queries.insert_session(ctx.db, session)
    ctx.announce(SessionCreated(session))
    renewed(ctx, held, session.id, PASSWORD)
    return await tokens_for(ctx, client, user, session.id, None)


@operation(
    "account_logins.check_email", permission=Permission.PUBLIC, raises=CLIENT_ERRORS, writes=False
)
async def check_email(ctx: Context, email_address: str, client_id: str | None = None) -> EmailCheck:
    """Say by what somebody with an address may sign in.

    Where the instance hides who is known, every address may by all that there is.
    Raises: CLIENT_ERRORS; TooManyAttempts.
    Source: Accounts API, POST /auth/check-email.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await client_of(ctx, client_id)
    await limited(ctx, instance, email_address)
    if instance.settings.sign_in.hides_unknown_identifiers:
        return EmailCheck(True, methods.by_password(instance), methods.by_link(instance))
    user = await find_person(ctx.db, instance, email_address)
    if user is None:
        return EmailCheck(is_known=False, by_password=False, by_link=False)
    return EmailCheck(
        is_known=True,
        by_password=methods.by_password(instance) and user.password_updated_at is not None,
        by_link=methods.by_link(instance),
    )


@operation(
    "account_logins.methods", permission=Permission.PUBLIC, raises=CLIENT_ERRORS, writes=False
)
async def login_methods(ctx: Context, client_id: str | None = None) -> LoginMethods:
    """Say by what people sign in at a client.

    Raises: CLIENT_ERRORS; TooManyAttempts.
    Source: Accounts API, POST /auth/login-methods.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    client = await client_of(ctx, client_id)
    await limit(ctx, instance, OTHERS)
    providers = await search_enabled(ctx.db)
    return LoginMethods(
        client,
        methods.by_password(instance),
        methods.by_link(instance),
        tuple(each.strategy for each in providers),
    )
