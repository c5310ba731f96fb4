"""The pages where a company's IT admin tells us of their identity provider, by a link alone."""

from typing import Any

from charter.core.admin_portal import operations as admin_portal
from charter.core.admin_portal.model import Overview
from charter.core.enterprise_connections.addresses import service_provider
from charter.core.enterprise_connections.model import EnterpriseConnection, Protocol, SamlPatch
from charter.kernel.errors import NotFound
from charter.web.portal import ways
from charter.web.portal.pages import Answer, Fields, Page, Shown, Went
from charter.web.portal.visits import Visit

TOKEN = "token"  # noqa: S105  # the name of a parameter
ONE = "admin/{connection_id}"
BY_HAND = ("idp_entity_id", "idp_sso_url", "idp_certificate")


async def show(visit: Visit) -> Answer:
    """Ask whether to come in, or list the connections that there are."""
    token = visit.query.get(TOKEN)
    if token:
        # Opening a link spends nothing: programs that read mail open links too.
        action = visit.to("admin")
        # The same page in another language needs it as well.
        visit.carried = {**visit.carried, TOKEN: token}
        return Shown("admin_link", {"token": token, "action": action})
    seen = await visit.ask(admin_portal.look)
    return Shown("admin", {"seen": seen, "is_saml": _is_saml})


async def send(visit: Visit, fields: Fields) -> Answer:
    """Come in."""
    entered = await visit.ask(admin_portal.enter, token=fields[TOKEN])
    visit.adopt(entered.client_token)
    return Went("admin")


async def show_one(visit: Visit) -> Answer:
    """Show what the identity provider has to know of us, and what we know of it."""
    seen = await visit.ask(admin_portal.look)
    connection = _named(visit, seen)
    facts = {
        "connection": connection,
        "ours": service_provider(connection, visit.instance, visit.platform.addresses),
        "may_change": seen.link_token.may_change,
    }
    return Shown("admin_connection", facts)


async def send_one(visit: Visit, fields: Fields) -> Answer:
    """Take what the identity provider says of itself, by its address or by hand."""
    connection = _named(visit, await visit.ask(admin_portal.look))
    if fields["do"] == "by_hand":
        given: dict[str, Any] = {
            name: fields[name].strip() for name in BY_HAND if fields[name].strip()
        }
        for name in BY_HAND[:2]:
            if name not in given:
                raise ways.nothing(name)
        saml = SamlPatch(**given)
    else:
        url = fields["idp_metadata_url"].strip()
        if not url:
            raise ways.nothing("idp_metadata_url")
        saml = SamlPatch(idp_metadata_url=url)
    await visit.ask(admin_portal.configure, connection_id=connection.id, saml=saml)
    return Went(ONE.format(connection_id=connection.id), done="saved")


def _is_saml(connection: EnterpriseConnection) -> bool:
    return connection.protocol is Protocol.SAML


def _named(visit: Visit, seen: Overview) -> EnterpriseConnection:
    """The connection that the path names. Raises: NotFound."""
    for each in seen.connections:
        if each.id == visit.names["connection_id"] and _is_saml(each):
            return each
    raise NotFound("page")


PAGES = (
    Page("admin", show, send, (TOKEN,), secret=(TOKEN,)),
    Page(ONE, show_one, send_one, ("do", "idp_metadata_url", *BY_HAND)),
)
