"""The admin portal: who comes in by a link, and what they may do there."""

import pytest

from charter.core.admin_portal import operations as admin_portal
from charter.core.admin_portal.model import (
    WRITE,
    AdminPortalClosed,
    AdminPortalLinkTokenNotFound,
    AdminPortalReadOnly,
)
from charter.core.enterprise_connections.model import (
    EnterpriseConnectionNotFound,
    MetadataInvalid,
    Provider,
    SamlPatch,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.kernel.errors import InvalidInput
from tests.companies import ENTITY_ID, change, connect, metadata, publishing
from tests.flows import Tab
from tests.world import all_at_once, later


async def make(world, organization=None, **fields):
    given = {"organization_id": organization.id if organization else None, **fields}
    return await world.call(None, admin_portal.create_link_token, **given)


async def enter(world, made):
    """A browser that came in by a link."""
    tab = Tab(world)
    entered = await tab.call(admin_portal.enter, token=made.secret)
    assert entered.link_token.id == made.link_token.id
    return tab


async def configure(tab, connection, **fields):
    patch = SamlPatch(**(fields or {"idp_metadata": metadata()}))
    return await tab.call(admin_portal.configure, connection_id=connection.id, saml=patch)


async def test_an_admin_sees_and_configures_the_connections_of_their_organization(world):
    acme, globex = await world.organization("Acme"), await world.organization("Globex")
    ours = await connect(world, "a.test", organization_id=acme.id)
    theirs = await connect(world, "b.test", organization_id=globex.id)
    nobodys = await connect(world, "c.test")
    tab = await enter(world, await make(world, acme))
    seen = await tab.call(admin_portal.look)
    assert [each.id for each in seen.connections] == [ours.id]
    async with publishing() as publisher:
        after = await configure(tab, ours, idp_metadata_url=publisher.url)
        assert after.idp_entity_id == ENTITY_ID
        for other in (theirs, nobodys):
            with pytest.raises(EnterpriseConnectionNotFound):
                await configure(tab, other, idp_metadata_url=publisher.url)
        assert publisher.asked == 1
    with pytest.raises(MetadataInvalid):
        await configure(tab, ours, idp_metadata="<a/>")


async def test_a_link_without_an_organization_is_for_what_belongs_to_none(world):
    acme = await world.organization("Acme")
    ours = await connect(world, "a.test", organization_id=acme.id)
    nobodys = await connect(world, "c.test")
    tab = await enter(world, await make(world))
    seen = await tab.call(admin_portal.look)
    assert [each.id for each in seen.connections] == [nobodys.id]
    with pytest.raises(EnterpriseConnectionNotFound):
        await configure(tab, ours)


async def test_a_link_opens_once_and_of_browsers_at_once_one_comes_in(world):
    made = await make(world)
    tabs = [Tab(world) for _ in range(5)]
    done = await all_at_once(*(tab.call(admin_portal.enter, token=made.secret) for tab in tabs))
    refused = [each for each in done if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {AdminPortalClosed}
    assert len(refused) == 4
    for tab, result in zip(tabs, done, strict=True):
        if isinstance(result, Exception):
            with pytest.raises(AdminPortalClosed):
                await tab.call(admin_portal.look)


async def test_scopes_say_whether_anything_may_be_changed(world):
    connection = await connect(world)
    reader = await enter(world, await make(world, scopes=["admin_portal:read"]))
    assert len((await reader.call(admin_portal.look)).connections) == 1
    with pytest.raises(AdminPortalReadOnly):
        await configure(reader, connection)
    writer = await enter(world, await make(world, scopes=["admin_portal:read", WRITE]))
    assert (await configure(writer, connection)).idp_entity_id == ENTITY_ID


async def test_a_link_that_was_taken_back_puts_out_who_came_in(world):
    connection, made = await connect(world), await make(world)
    unused = await make(world)
    tab = await enter(world, made)
    for each in (made, unused):
        revoked = await world.call(
            None,
            admin_portal.revoke_link_token,
            token_id=each.link_token.id,
            revocation_reason="left",
        )
        assert (revoked.revocation_reason, revoked.revoked_at is None) == ("left", False)
    with pytest.raises(AdminPortalClosed):
        await configure(tab, connection)
    with pytest.raises(AdminPortalClosed):
        await enter(world, unused)
    again = await world.call(
        None, admin_portal.revoke_link_token, token_id=made.link_token.id, revocation_reason="x"
    )
    assert again.revocation_reason == "left"
    assert len(await world.events("adminPortalLinkToken.revoked")) == 2


async def test_time_ends_a_link_and_the_visit_by_it(world):
    made = await make(world, seconds_until_expiration=60)
    unused = await make(world, seconds_until_expiration=60)
    tab = await enter(world, made)
    soon = later(world.platform, seconds=61)
    with pytest.raises(AdminPortalClosed):
        await tab.call(admin_portal.look, platform=soon)
    with pytest.raises(AdminPortalClosed):
        await Tab(world).call(admin_portal.enter, platform=soon, token=unused.secret)


async def test_a_connection_that_is_given_to_others_meanwhile_is_not_changed(world):
    acme = await world.organization("Acme")
    connection = await connect(world)
    tab = await enter(world, await make(world))
    async with publishing() as publisher:
        publisher.before = lambda: change(world, connection, organization_id=acme.id)
        with pytest.raises(EnterpriseConnectionNotFound):
            await configure(tab, connection, idp_metadata_url=publisher.url)
    (row,) = await world.sql("SELECT * FROM enterprise_connections WHERE id = $1", connection.id)
    assert (row["organization_id"], row["idp_entity_id"]) == (acme.id, None)


async def test_a_connection_of_openid_connect_is_not_told_of_saml(world):
    connection = await connect(world, provider=Provider.OIDC_CUSTOM)
    tab = await enter(world, await make(world))
    with pytest.raises(EnterpriseConnectionNotFound):
        await configure(tab, connection)


@pytest.mark.security("H6")
async def test_a_secret_is_kept_as_its_digest_and_told_to_nobody(world):
    made = await make(world, it_contact_id="carla")
    await enter(world, made)
    for table in ("admin_portal_link_tokens", "grants", "events"):
        rows = await world.sql(f"SELECT * FROM {table} WHERE instance_id = $1", world.instance_id)
        assert made.secret not in str([dict(row) for row in rows])


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds_until_expiration": 0},
        {"seconds_until_expiration": 86_401},
        {"scopes": [""]},
        {"scopes": ["x"] * 51},
        {"it_contact_id": ""},
        {"it_contact_id": "x" * 256},
    ],
)
async def test_what_makes_no_link_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await make(world, **fields)


@pytest.mark.security("G1")
async def test_what_is_of_another_instance_is_not_there(world, other_world):
    made, acme = await make(world), await world.organization("Acme")
    with pytest.raises(OrganizationNotFound):
        await make(other_world, acme)
    with pytest.raises(AdminPortalLinkTokenNotFound):
        await other_world.call(None, admin_portal.revoke_link_token, token_id=made.link_token.id)
    with pytest.raises(AdminPortalClosed):
        await enter(other_world, made)
    tab = await enter(world, made)
    foreign = await connect(other_world)
    with pytest.raises(EnterpriseConnectionNotFound):
        await configure(tab, foreign)
