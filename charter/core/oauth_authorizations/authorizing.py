"""What happens between an application that asks and the code that it is given.

The steps, each of which may end it: who asks; where the answer goes; what is asked for; who is
signed in; whether that is proven lately enough; whether they have let the application in.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from charter.core.account_clients.model import CODE
from charter.core.clients.browsers import find_own
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.instances.addresses import oauth_issuer
from charter.core.keys.lookup import instance_of
from charter.core.memberships.queries import find_standing
from charter.core.oauth_applications import queries as application_queries
from charter.core.oauth_applications import redirect_uris, scopes
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.oauth_authorizations import account_ids, queries, requests
from charter.core.oauth_authorizations.account_minting import issuer_of
from charter.core.oauth_authorizations.model import (
    CODE_SECONDS,
    Asked,
    ConsentAsked,
    ConsentScreenDisabled,
    Need,
    OauthClientInvalid,
    OauthCodeIssued,
    OauthConsent,
    OauthConsentGiven,
    OauthConsentRow,
    OauthRedirectInvalid,
    OauthRequestInvalid,
    Sent,
    Waits,
)
from charter.core.oauth_authorizations.requests import AskedWrongly, Request, Target
from charter.core.sessions import queries as session_queries
from charter.core.sessions.model import Session, SessionNotFound, SessionStatus
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset

ERRORS = (OauthClientInvalid, OauthRedirectInvalid, OauthRequestInvalid)
"""What is told to the person, because there is nowhere to send it."""
REFUSALS = {
    Need.SIGN_IN: "login_required",
    Need.CONFIRM: "login_required",
    Need.FINISH: "interaction_required",
    Need.CONSENT: "consent_required",
}
"""What an application hears that wants nobody to be asked. Source: OpenID Connect Core, 3.1.2.6."""


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What an event says of a code: never the code."""

    id: str
    user_id: str
    application_id: str
    scopes: tuple[str, ...]


@operation("oauth_authorizations.authorize", permission=Permission.PUBLIC, raises=ERRORS)
async def authorize(ctx: Context, asked: Asked) -> Sent | Waits:
    """Give an application a code for the account of who is signed in in this browser.

    Returns: the answer, a code or an error, and where to send it; or what the person has to do
        first.
    Raises: OauthClientInvalid, OauthRedirectInvalid and OauthRequestInvalid, which are for the
        person's eyes: they are sent nowhere.
    Announces: OauthCodeIssued.
    Source: Clerk FAPI 2026-05-12, requestOAuthAuthorize; RFC 6749, section 4.1; RFC 9207.
    """
    await ctx.allow()
    application, target = await _target(ctx, asked)
    try:
        request = requests.checked_request(application, target, asked, ctx.now)
    except AskedWrongly as mistake:
        return await _refused(ctx, target, mistake.error, mistake.description)
    session = await _present(ctx)
    if session is not None and session.actor is not None:
        return await _refused(ctx, target, "access_denied", "somebody acts for this person")
    need = await _need(ctx, request, asked, session)
    if need is None:
        assert session is not None  # noqa: S101  # or there were a need to sign in
        return await _issued(ctx, request, session, asked.redirect_uri)
    if requests.NONE in request.prompts:
        return await _refused(ctx, target, REFUSALS[need], "the person has to be asked")
    return Waits(need, _again(ctx, need, asked))


@operation(
    "oauth_authorizations.look_at_consent",
    permission=Permission.SELF,
    raises=ERRORS,
    writes=False,
)
async def look_at_consent(ctx: Context, asked: Asked) -> ConsentAsked | Sent | Waits:
    """Read what a person is to be asked for an application, with all of its request checked.

    Returns: that; or as `authorize`, where it is refused or something else has to be done first.
    Raises: OauthClientInvalid; OauthRedirectInvalid; OauthRequestInvalid.
    Source: OAuth 2.1, section 4.1.
    """
    await ctx.allow()
    application, target = await _target(ctx, asked)
    try:
        request = requests.checked_request(application, target, asked, ctx.now)
    except AskedWrongly as mistake:
        return await _refused(ctx, target, mistake.error, mistake.description)
    need = await _need(ctx, request, asked, await _present(ctx))
    if need is None or need is Need.CONSENT:
        return ConsentAsked(application, request.scopes, target.redirect_uri)
    return Waits(need, _again(ctx, need, asked))


@operation(
    "oauth_authorizations.describe_consent",
    permission=Permission.SELF,
    raises=(ConsentScreenDisabled, OauthApplicationNotFound),
    writes=False,
)
async def describe_consent(
    ctx: Context, client_id: str, scope: str | None = None, redirect_uri: str | None = None
) -> ConsentAsked:
    """Read what an application may ask a person for.

    scope: limits it to these. redirect_uri: given back if it is registered.
    Raises: OauthApplicationNotFound; ConsentScreenDisabled.
    Source: Clerk FAPI 2026-05-12, getOAuthConsent.
    """
    await ctx.allow()
    found = await application_queries.find_by_client_id(ctx.db, client_id)
    if found is None:
        raise OauthApplicationNotFound("client_id")
    if not found.is_consent_screen_enabled:
        raise ConsentScreenDisabled
    wanted = scopes.split(scope) if scope else found.scopes
    is_known = redirect_uri and redirect_uris.is_registered(redirect_uri, found.redirect_uris)
    return ConsentAsked(
        found,
        scopes.ordered(each for each in wanted if each in found.scopes),
        redirect_uri if is_known else None,
    )


@operation(
    "oauth_authorizations.decide",
    permission=Permission.SELF,
    raises=(*ERRORS, ConsentScreenDisabled),
)
async def decide(
    ctx: Context,
    asked: Asked,
    *,
    consented: bool,
    organization_id: str | Unset | None = UNSET,
) -> Sent | Waits:
    """Let an application in, or not. All of its request is checked anew.

    organization_id: of the person's, that the tokens are about; else the session's active one.
    Returns: the answer for the application, a code or that it was denied; or what the person has
        to do first.
    Raises: OauthClientInvalid; OauthRedirectInvalid; ConsentScreenDisabled; OauthRequestInvalid,
        also for an organization that the person is not in.
    Announces: OauthConsentGiven, OauthCodeIssued.
    Source: Clerk FAPI 2026-05-12, submitOAuthConsent.
    """
    await ctx.allow()
    application, target = await _target(ctx, asked)
    try:
        request = requests.checked_request(application, target, asked, ctx.now)
    except AskedWrongly as mistake:
        return await _refused(ctx, target, mistake.error, mistake.description)
    if not application.is_consent_screen_enabled:
        raise ConsentScreenDisabled
    session = await _present(ctx)
    if not consented or (session is not None and session.actor is not None):
        return await _refused(ctx, target, "access_denied", "the person did not agree")
    need = await _need(ctx, request, asked, session)
    if session is None or need not in (None, Need.CONSENT):
        return Waits(need or Need.SIGN_IN, _again(ctx, need or Need.SIGN_IN, asked))
    if organization_id is not UNSET and organization_id is not None:
        standing = await find_standing(ctx.db, str(organization_id), session.user_id)
        if not standing.is_member:
            raise OauthRequestInvalid("organization_id", reason="you are not in this organization")
        session = replace(session, last_active_organization_id=str(organization_id))
    consent = await queries.give_consent(
        ctx.db,
        OauthConsentRow(
            id=ctx.new_id("oac_"),
            user_id=session.user_id,
            application_id=application.id,
            scopes=list(request.scopes),
            created_at=ctx.now,
            updated_at=ctx.now,
        ),
    )
    ctx.announce(OauthConsentGiven(consent))
    return await _issued(ctx, request, session, asked.redirect_uri)


async def _target(ctx: Context, asked: Asked) -> tuple[OauthApplication, Target]:
    """Who asks, and where the answer goes. Raises: ERRORS."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    client_id = asked.client_id or ""
    found, issuer = None, None
    if client_id.startswith(account_ids.PREFIXES["oa_"]):
        # By this name it asks for account tokens, which say that they are from somebody else.
        found = await application_queries.find_application(
            reading, account_ids.own(client_id, "oa_")
        )
        if found is not None:
            issuer = issuer_of(found.issuer, ctx.platform.addresses)
    elif client_id and "\x00" not in client_id:
        found = await application_queries.find_by_client_id(reading, client_id)
    if found is None or (issuer is not None and CODE not in found.grant_types):
        raise OauthClientInvalid("client_id")
    return found, replace(requests.checked_target(found, asked), issuer=issuer)


async def _present(ctx: Context) -> Session | None:
    """The session that acts: the one that is named, else the one used last in this browser."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found: Session | None = None
    if ctx.actor.session_id is not None:
        try:
            found = await session_queries.get_session(reading, ctx.actor.session_id)
        except SessionNotFound:
            return None
    else:
        client = await find_own(ctx)
        if client is None:
            return None
        alive = await session_queries.find_alive(reading, client.id, ctx.now)
        chosen = [each for each in alive if each.id == client.last_active_session_id]
        found = next(iter(chosen or alive[::-1]), None)
    if found is None or not found.status_at(ctx.now).is_alive:
        return None
    try:
        user = await user_queries.get_user(reading, found.user_id)
    except UserNotFound:  # deleted at this moment, and the session with them
        return None
    return None if user.is_banned else found


async def _need(
    ctx: Context, request: Request, asked: Asked, session: Session | None
) -> Need | None:
    """What the person has to do first, if anything."""
    if session is None:
        return Need.SIGN_IN
    if session.status_at(ctx.now) is SessionStatus.PENDING:
        return Need.FINISH
    since = request.proven_since
    is_sent_here = asked.authenticated_after is not None
    proven_at = _proven_at(session)
    if requests.LOGIN in request.prompts and not is_sent_here:
        return Need.CONFIRM
    if since is not None and (proven_at is None or proven_at < since):
        return Need.CONFIRM
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    consent = await queries.find_consent(reading, session.user_id, request.application.id)
    return Need.CONSENT if _has_to_ask(request, consent) else None


def _proven_at(session: Session) -> datetime | None:
    """When the person last showed who they are."""
    moments = (session.first_factor_at, session.second_factor_at)
    return max((each for each in moments if each is not None), default=None)


def _has_to_ask(request: Request, consent: OauthConsent | None) -> bool:
    """Whether the person is asked.

    What they let in before is remembered, but not for who anybody could pass themselves off as.
    Source: RFC 8252, section 8.6; RFC 9700, section 4.14.
    """
    application = request.application
    if not application.is_consent_screen_enabled:
        return False
    if requests.CONSENT in request.prompts or consent is None:
        return True
    is_anybody = application.is_public and redirect_uris.is_claimed_by_nobody(
        request.target.redirect_uri
    )
    is_new = not frozenset(consent.scopes).issuperset(request.scopes)
    return is_new or is_anybody or application.is_dynamically_registered


def _again(ctx: Context, need: Need, asked: Asked) -> Asked:
    """What is asked once the person has done what was needed: it is not needed twice."""
    if need not in (Need.CONFIRM, Need.SIGN_IN):
        return asked
    prompts = (asked.prompt or "").split()
    has_to_prove = need is Need.CONFIRM or requests.LOGIN in prompts or asked.max_age is not None
    if not has_to_prove:
        return asked
    left = " ".join(each for each in prompts if each != requests.LOGIN)
    since = str(int(ctx.now.timestamp()))
    return replace(asked, prompt=left or None, max_age=None, authenticated_after=since)


async def _issued(
    ctx: Context, request: Request, session: Session, redirect_uri: str | None
) -> Sent:
    """A code, bound to all that was asked for and to the session.

    redirect_uri: as it was asked for; the same has to come with the code.
    """
    organization_id = session.last_active_organization_id
    if scopes.ORGANIZATION not in request.scopes and request.target.issuer is None:
        organization_id = None
    proven_at = _proven_at(session)
    authorization_id = ctx.new_id("oaz_")
    issued = await granting.issue(
        ctx,
        Purpose.OAUTH_CODE,
        authorization_id,
        expires_at=ctx.now + timedelta(seconds=CODE_SECONDS),
        facts={
            "application_id": request.application.id,
            "user_id": session.user_id,
            "session_id": session.id,
            "organization_id": organization_id,
            "redirect_uri": redirect_uri or None,
            "scopes": list(request.scopes),
            "nonce": request.nonce,
            "code_challenge": request.code_challenge,
            "authenticated_at": None if proven_at is None else int(proven_at.timestamp()),
        },
    )
    facts = CodeFacts(authorization_id, session.user_id, request.application.id, request.scopes)
    ctx.announce(OauthCodeIssued(facts))
    return await _sent(ctx, request.target, {"code": issued.secret})


async def _refused(ctx: Context, target: Target, error: str, description: str) -> Sent:
    return await _sent(ctx, target, {"error": error, "error_description": description})


async def _sent(ctx: Context, target: Target, parameters: dict[str, str]) -> Sent:
    """An answer with the application's state, and who answers (RFC 9207)."""
    found = dict(parameters)
    if target.state is not None:
        found["state"] = target.state
    own = oauth_issuer(await instance_of(ctx), ctx.platform.addresses)
    found["iss"] = target.issuer or own
    return Sent(target.redirect_uri, target.mode, found)
