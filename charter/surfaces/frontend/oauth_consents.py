"""Consents to OAuth applications in the Frontend API, for an app's own page that asks for them."""

from urllib.parse import urlencode

from charter.core.grants.links import with_parameters
from charter.core.images.addresses import file_url
from charter.core.instances.addresses import oauth_issuer
from charter.core.oauth_applications.scopes import OPENID
from charter.core.oauth_authorizations import authorizing
from charter.core.oauth_authorizations.model import (
    Asked,
    ConsentAsked,
    ResponseMode,
    Sent,
    Waits,
)
from charter.surfaces.frontend.shapes import Page, Paged, Redirect
from charter.wire import posting
from charter.wire.call import Call, In, Out, View
from charter.wire.forms import FormIn

TAG = "OAuth2 Identity Provider"
DESCRIPTIONS = {
    "openid": "Know who you are",
    "profile": "See your name, username and picture",
    "email": "See your email address",
    "public_metadata": "See what the service notes publicly about you",
    "private_metadata": "See what the service notes privately about you",
    "offline_access": "Go on while you are away",
    "user:org:read": "See the organization you choose",
}


class ScopeOut(Out):
    """Something that a person agrees to."""

    scope: str
    description: str | None
    requires_consent: bool


class ConsentOut(Out):
    """What a person is asked for an application."""

    oauth_application_name: str
    oauth_application_logo_url: str | None
    oauth_application_url: str | None
    client_id: str
    redirect_domain: str | None
    scopes: list[ScopeOut]

    @classmethod
    def of(cls, result: ConsentAsked, view: View) -> "ConsentOut":
        """As this API writes it. Which domain a site belongs to, its reader works out."""
        application = result.application
        return cls(
            oauth_application_name=application.name,
            oauth_application_logo_url=file_url(view.platform, application.image_key),
            oauth_application_url=application.client_uri,
            client_id=application.client_id,
            redirect_domain=None,
            scopes=[
                ScopeOut(
                    scope=each,
                    description=DESCRIPTIONS.get(each),
                    requires_consent=each != OPENID,
                )
                for each in result.scopes
            ],
        )


class DescribeConsent(In):
    """What the application asks for."""

    scope: str | None = None
    redirect_uri: str | None = None


class Decision(FormIn):
    """What the person decided, and the application's request, word for word."""

    consented: str
    organization_id: str | None = None
    response_type: str | None = None
    response_mode: str | None = None
    redirect_uri: str | None = None
    scope: str | None = None
    state: str | None = None
    nonce: str | None = None
    prompt: str | None = None
    max_age: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    authenticated_after: str | None = None


def is_yes(text: str) -> bool:
    """Whether the person agreed; whatever else they said is a no."""
    return text.lower() == "true"


def draw(result: Sent | Waits, view: View) -> Page | Redirect:
    """The way back to the application; or to where what is still needed is asked for."""
    if isinstance(result, Sent):
        if result.mode is ResponseMode.FORM_POST:
            return Page(*posting.page(result.redirect_uri, result.parameters))
        return Redirect(with_parameters(result.redirect_uri, result.parameters))
    names = Asked.__dataclass_fields__
    given = {name: getattr(result.asked, name) for name in names}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    issuer = oauth_issuer(view.instance, view.platform.addresses)
    return Redirect(f"{issuer}/oauth/authorize?{query}")


ONE = "/me/oauth/consent/{client_id}"
CALLS = [
    Call("GET", ONE, authorizing.describe_consent, ConsentOut, query=DescribeConsent, tag=TAG),
    Call(
        "POST",
        ONE,
        authorizing.decide,
        Paged(draw),
        body=Decision,
        reads={"consented": is_yes},
        tag=TAG,
    ),
]
