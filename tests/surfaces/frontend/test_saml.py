"""What identity providers of companies read of us."""

import httpx
import pytest
from lxml import etree

from charter.core.enterprise_connections.model import Provider
from charter.core.instances.model import Environment
from charter.core.keys.lookup import lookup
from tests.companies import connect
from tests.world import new_world

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
ROLE_ATTRIBUTES = {"AuthnRequestsSigned", "WantAssertionsSigned", "protocolSupportEnumeration"}
ORDER = ("NameIDFormat", "AssertionConsumerService")


async def read(app, url):
    """What stands at an address, for somebody who brings nothing."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.get(url)


def check(document, saml):
    """Hold a document against the rules for a service provider's metadata."""
    entity = etree.fromstring(document)
    assert entity.tag == f"{MD}EntityDescriptor"
    assert dict(entity.attrib) == {"entityID": saml["sp_entity_id"]}
    assert len(saml["sp_entity_id"]) <= 1024
    (role,) = entity
    assert role.tag == f"{MD}SPSSODescriptor"
    assert set(role.attrib) == ROLE_ATTRIBUTES
    assert role.get("protocolSupportEnumeration") == "urn:oasis:names:tc:SAML:2.0:protocol"
    assert role.get("WantAssertionsSigned") == "true"
    names = [etree.QName(each).localname for each in role]
    assert names == sorted(names, key=ORDER.index)
    assert all(each.text.startswith("urn:oasis:names:tc:SAML:") for each in role[:-1])
    assert dict(role[-1].attrib) == {
        "Binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        "Location": saml["acs_url"],
        "index": "0",
        "isDefault": "true",
    }


async def shown(world, made):
    return (await world.get(f"/saml_connections/{made.saml_id}")).json()


async def test_metadata_is_served_where_it_is_said_to_be(app, world):
    saml = await shown(world, await connect(world))
    answer = await read(app, saml["sp_metadata_url"])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/samlmetadata+xml"
    check(answer.content, saml)


async def test_in_production_it_lies_on_the_host_of_the_instance(app, platform):
    production = await new_world(platform, app, Environment.PRODUCTION)
    saml = await shown(production, await connect(production))
    issuer = (await lookup(platform).instance(production.instance_id)).issuer
    assert saml["sp_metadata_url"].startswith(issuer)
    answer = await read(app, saml["sp_metadata_url"])
    assert answer.status_code == 200, answer.text
    check(answer.content, saml)


@pytest.mark.security("G1")
async def test_metadata_of_what_is_not_there_is_not_found(app, world, other_world):
    made, foreign = await connect(world), await connect(other_world)
    oidc = await connect(world, "b.test", provider=Provider.OIDC_CUSTOM)
    url = (await shown(world, made))["sp_metadata_url"]
    for other in (foreign.saml_id, oidc.saml_id, made.id, "samlc_x", "x", "samlc_%00"):
        answer = await read(app, url.replace(made.saml_id, other))
        assert answer.status_code == 404, answer.text
