"""The page that asks a person whether an OAuth application may act for them, and the list of those.

It stands between the request of an application and its answer: both are checked in the core, and
whatever else is needed is asked for where the request came in.
"""

from urllib.parse import urlencode

from charter.core.grants.links import with_parameters
from charter.core.instances.addresses import oauth_issuer
from charter.core.instances.origins import origin_of
from charter.core.oauth_applications.scopes import ORGANIZATION
from charter.core.oauth_authorizations import authorizing, operations
from charter.core.oauth_authorizations.model import (
    Asked,
    ConsentAsked,
    ResponseMode,
    Sent,
    Waits,
)
from charter.kernel.patch import UNSET
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

NAMES = tuple(Asked.__dataclass_fields__)
ALLOW = "allow"
APPS = "profile/applications"


def _asked(visit: Visit) -> Asked:
    """What the application asks for; links and the form of the page hand it on."""
    found = {name: visit.query[name] for name in NAMES if visit.query.get(name)}
    visit.carried = {**visit.carried, **found}
    return Asked(**found)


def _request_url(visit: Visit, asked: Asked) -> str:
    """Where the application's request came in."""
    given = {name: getattr(asked, name) for name in NAMES}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    issuer = oauth_issuer(visit.instance, visit.platform.addresses)
    return f"{issuer}/oauth/authorize?{query}"


async def show_consent(visit: Visit) -> Told:
    """Show who asks for what, and as whom the person would agree."""
    asked = _asked(visit)
    here = _request_url(visit, asked)
    if visit.user is None:
        return Went("sign-in", {"redirect_url": here})
    result = await visit.act(authorizing.look_at_consent, asked=asked)
    if isinstance(result, Sent):
        return _sent(result)
    if isinstance(result, Waits):
        return _away(_request_url(visit, result.asked))
    facts = {
        "application": result.application,
        "scopes": result.scopes,
        "goes_to": _place(result),
        "memberships": visit.memberships if ORGANIZATION in result.scopes else (),
        "acting": visit.membership,
        "request_url": here,
    }
    return Shown("oauth_consent", facts)


async def send_consent(visit: Visit, fields: Fields) -> Told:
    """Let the application in, or not, and go back to it."""
    result = await visit.act(
        authorizing.decide,
        asked=_asked(visit),
        consented=fields["do"] == ALLOW,
        organization_id=fields["organization_id"] or UNSET,
    )
    if isinstance(result, Sent):
        return _sent(result)
    return _away(_request_url(visit, result.asked))


def _sent(sent: Sent) -> Told:
    """Back to the application. A form leads to this server alone, so a page leads to others."""
    if sent.mode is ResponseMode.FORM_POST:
        facts = {"url": sent.redirect_uri, "parameters": sent.parameters}
        return Shown("oauth_post", facts, form_to=origin_of(sent.redirect_uri))
    return _away(with_parameters(sent.redirect_uri, sent.parameters))


def _away(url: str) -> Told:
    return Shown("continue", {"url": url, "is_away": True})


def _place(asked: ConsentAsked) -> str:
    """Where the person goes back to, for them to recognise: the site, or the app on the device."""
    uri = asked.redirect_uri or ""
    return origin_of(uri) or uri.partition(":")[0]


async def show_applications(visit: Visit) -> Told:
    """Show the applications that the person has let in."""
    return Shown("applications", {"rows": await visit.act(operations.search_own)})


async def send_withdrawal(visit: Visit, fields: Fields) -> Told:
    """Let an application in no more."""
    await visit.act(operations.withdraw_own, application_id=fields["application_id"])
    return Went(APPS, done="application_removed")


PAGES = (
    Page("oauth-consent", show_consent, send_consent, ("do", "organization_id")),
    Page(
        APPS,
        show_applications,
        send_withdrawal,
        ("application_id",),
        who=Who.SIGNED_IN,
        is_in_rows=True,
    ),
)
