"""The pages of a company's IT admin, who comes by a link and has no account here."""

import pytest

from charter.core.admin_portal import operations as admin_portal
from charter.core.enterprise_connections import operations as connections
from tests.companies import ENTITY_ID, SSO_URL, certificate, connect, publishing


@pytest.fixture
async def acme(world):
    return await world.organization("Acme")


@pytest.fixture
async def connection(world, acme):
    return await connect(world, "acme.test", name="Acme SSO", organization_id=acme.id)


async def link(world, acme, **fields):
    made = await world.call(None, admin_portal.create_link_token, organization_id=acme.id, **fields)
    return made.secret


async def come_in(world, visitor, acme, **fields):
    await visitor.open("admin", token=await link(world, acme, **fields))
    await visitor.send()


async def known(world, connection):
    return await world.call(None, connections.get, connection_id=connection.id)


async def test_a_link_is_opened_by_a_button_and_once(world, visitors, acme, connection):
    token = await link(world, acme)
    first, second = visitors(), visitors()
    for visitor in (first, second):
        await visitor.open("admin", token=token)
        assert visitor.now.status == 200
    german = next(each for each in first.now.read.links if "locale=de" in each)
    assert token in german
    assert token not in first.now.read.forms[0].action
    await first.send()
    assert "Acme SSO" in first.now.text
    assert "acme.test" in first.now.text
    await second.send()
    assert second.now.status == 400
    assert "used already" in second.now.text
    await second.open("admin")
    assert "Acme SSO" not in second.now.text


async def test_what_the_identity_provider_has_to_know_is_shown(world, visitor, acme, connection):
    await come_in(world, visitor, acme)
    await visitor.open(f"admin/{connection.id}")
    saml = (await world.get(f"/saml_connections/{connection.saml_id}")).json()
    for name in ("sp_metadata_url", "acs_url", "sp_entity_id"):
        assert saml[name] in visitor.now.text


async def test_metadata_is_read_from_its_address(world, visitor, acme, connection):
    await come_in(world, visitor, acme)
    await visitor.open(f"admin/{connection.id}")
    async with publishing() as publisher:
        await visitor.send(idp_metadata_url=publisher.url, holding={"do": "by_address"})
    assert visitor.now.status == 200
    after = await known(world, connection)
    assert (after.idp_entity_id, after.idp_certificates) == (ENTITY_ID, (certificate(),))
    await visitor.send(idp_metadata_url="http://127.0.0.1:1/", holding={"do": "by_address"})
    assert visitor.now.status == 422
    assert visitor.now.error_at("idp_metadata_url")


async def test_it_is_entered_by_hand(world, visitor, acme, connection):
    await come_in(world, visitor, acme)
    await visitor.open(f"admin/{connection.id}")
    given = {"idp_entity_id": ENTITY_ID, "idp_sso_url": SSO_URL}
    await visitor.send(**given, idp_certificate="no certificate", holding={"do": "by_hand"})
    assert visitor.now.status == 422
    assert visitor.now.complaint("idp_certificate")
    await visitor.send(**given, idp_certificate=certificate(), holding={"do": "by_hand"})
    after = await known(world, connection)
    assert (after.idp_sso_url, after.idp_certificates) == (SSO_URL, (certificate(),))
    # Left empty, the certificate stays.
    changed = {**given, "idp_entity_id": "urn:new"}
    await visitor.send(**changed, holding={"do": "by_hand"})
    after = await known(world, connection)
    assert (after.idp_entity_id, after.idp_certificates) == ("urn:new", (certificate(),))


async def test_a_link_that_changes_nothing_shows_no_form(world, visitor, acme, connection):
    await come_in(world, visitor, acme, scopes=["admin_portal:read"])
    await visitor.open(f"admin/{connection.id}")
    assert visitor.now.read.forms == []
    assert "ACS" in visitor.now.text


@pytest.mark.security("G1")
async def test_what_the_link_is_not_for_is_not_found(world, visitor, acme, connection):
    other = await connect(world, "other.test")
    await come_in(world, visitor, acme)
    for connection_id in (other.id, "entconn_x"):
        await visitor.open(f"admin/{connection_id}")
        assert visitor.now.status == 404


async def test_strangers_see_nothing(visitor, connection):
    for path in ("admin", f"admin/{connection.id}"):
        await visitor.open(path)
        assert visitor.now.status == 400
        assert "Acme SSO" not in visitor.now.text
