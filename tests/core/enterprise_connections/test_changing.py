"""Changing, listing and taking away connections."""

import dataclasses

import pytest

from charter.core.enterprise_connections import operations as connections
from charter.core.enterprise_connections import saml
from charter.core.enterprise_connections.model import (
    ConnectionDomainEnrolls,
    ConnectionDomainTaken,
    ConnectionIncomplete,
    EnterpriseConnectionNotFound,
    LoginHint,
    LoginHintMode,
    NewSamlConnection,
    OidcPatch,
    Provider,
    SamlConnectionPatch,
    SamlPatch,
)
from charter.core.keys import operations as keys
from charter.core.organization_domains import operations as organization_domains
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.lists import Search
from charter.kernel.secrets import Vault
from tests.companies import (
    ENTITY_ID,
    bare,
    certificate,
    change,
    connect,
    described,
    enroll,
    metadata,
    publishing,
)
from tests.world import all_at_once

ACCOUNT = """
INSERT INTO enterprise_accounts (instance_id, id, user_id, connection_id, provider_user_id,
    created_at, updated_at) VALUES ($1, 'eac_x', $2, $3, 'them', now(), now())
"""


async def domains_of(world, organization):
    found = await world.call(
        None, organization_domains.search, organization_id=organization.id, search=Search()
    )
    return [each.name for each in found.items]


async def test_what_is_not_named_stays(world):
    made = await connect(world, "a.test", saml=described(), is_active=True)
    after = await change(world, made, name="Globex", domains=[], saml=None, is_active=None)
    assert dataclasses.replace(after, name="Acme", updated_at=made.updated_at) == made
    (event,) = await world.events("enterpriseConnection.updated")
    assert (event["before"]["name"], event["after"]["name"]) == ("Acme", "Globex")


async def test_settings_are_changed_and_turned_back(world):
    made = await connect(world)
    hint = LoginHint(LoginHintMode.CUSTOM_ATTRIBUTE, "employee")
    names = {"email_address": "urn:mail", "user_id": "urn:id"}
    part = SamlPatch(
        allows_subdomains=True,
        allows_idp_initiated=True,
        forces_authentication=True,
        login_hint=hint,
        attribute_mapping=names,
    )
    flags = ("syncs_user_attributes", "disables_additional_identifications")
    after = await change(
        world, made, saml=part, links_accounts_of_members=True, **dict.fromkeys(flags, True)
    )
    assert (after.allows_subdomains, after.allows_idp_initiated) == (True, True)
    assert (after.forces_authentication, after.links_accounts_of_members) == (True, True)
    assert (after.login_hint_mode, after.login_hint_source) == (hint.mode, "employee")
    assert after.attribute_mapping == {**made.attribute_mapping, **names}
    back = SamlPatch(login_hint=None, attribute_mapping={"email_address": None})
    after = await change(world, made, saml=back, **dict.fromkeys(flags, False))
    assert after.login_hint_mode is LoginHintMode.EMAIL_ADDRESS
    assert after.attribute_mapping == {**made.attribute_mapping, "user_id": "urn:id"}
    after = await change(world, made, saml=SamlPatch(attribute_mapping=None))
    assert after.attribute_mapping == made.attribute_mapping


async def test_what_is_said_by_hand_takes_the_place_of_a_document(world):
    made = await connect(world, saml=described())
    after = await change(world, made, saml=SamlPatch(idp_entity_id=ENTITY_ID))
    assert after.idp_metadata == made.idp_metadata
    pem = certificate(days=700)
    after = await change(world, made, saml=SamlPatch(idp_certificate=bare(pem)))
    assert (after.idp_certificates, after.idp_metadata) == ((pem,), None)
    assert after.idp_certificate_expires_at > made.idp_certificate_expires_at
    async with publishing() as publisher:
        after = await change(world, made, saml=SamlPatch(idp_metadata_url=publisher.url))
    assert (after.idp_metadata_url, after.idp_certificates) == (publisher.url, (certificate(),))
    after = await change(world, made, saml=described(entity_id=' entityID="urn:new"'))
    assert (after.idp_metadata_url, after.idp_entity_id) == (None, "urn:new")
    after = await change(world, made, saml=SamlPatch(idp_certificate=None, idp_metadata=None))
    assert (after.idp_certificates, after.idp_certificate_expires_at) == ((), None)


async def test_an_active_connection_cannot_lose_what_it_needs(world):
    made = await connect(world, saml=described())
    assert (await change(world, made, is_active=True)).is_active
    for name in ("idp_entity_id", "idp_sso_url", "idp_certificate"):
        with pytest.raises(ConnectionIncomplete) as refused:
            await change(world, made, saml=SamlPatch(**{name: None}))
        assert refused.value.meta["missing"] == name
    after = await change(world, made, saml=SamlPatch(idp_certificate=None), is_active=False)
    assert not after.is_active


async def test_the_part_of_openid_connect_is_changed(world, provider):
    made = await connect(world, provider=Provider.OIDC_GITLAB, oidc=OidcPatch(client_id="us"))
    url = f"{provider.issuer}/.well-known/openid-configuration"
    own = "https://gitlab.acme.test/token"
    after = await change(world, made, oidc=OidcPatch(discovery_url=url, token_url=own))
    assert (after.token_url, after.authorize_url) == (own, f"{provider.issuer}/authorize")
    after = await change(world, made, oidc=OidcPatch(requires_pkce=True), is_active=True)
    assert after.is_active
    with pytest.raises(MissingInput):
        await change(world, made, oidc=OidcPatch(discovery_url=None, userinfo_url=None))
    inactive = OidcPatch(discovery_url=None, userinfo_url=None, client_id=None)
    after = await change(world, made, oidc=inactive, is_active=False)
    assert (after.issuer, after.jwks_url, after.client_id) == (None, None, None)
    with pytest.raises(InvalidInput):
        await change(world, made, saml=SamlPatch())


async def test_domains_are_replaced_and_free_for_others(world):
    made = await connect(world, "a.test", "b.test")
    after = await change(world, made, domains=["c.test", "b.test"])
    assert after.domains == ("c.test", "b.test")
    other = await connect(world, "a.test")
    with pytest.raises(ConnectionDomainTaken):
        await change(world, made, domains=["a.test"])
    await world.call(None, connections.delete, connection_id=other.id)
    assert (await change(world, made, domains=["a.test"])).domains == ("a.test",)


@pytest.mark.security("F4")
async def test_of_connections_that_take_one_domain_at_once_one_has_it(world):
    made = [await connect(world, f"{name}.test") for name in "abcd"]
    wanted = [["x.test", "y.test"], ["y.test", "x.test"]] * 2
    done = await all_at_once(
        *(change(world, each, domains=names) for each, names in zip(made, wanted, strict=True))
    )
    refused = [each for each in done if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {ConnectionDomainTaken}
    assert len(refused) == 3


async def test_changes_at_once_lose_nothing(world):
    made = await connect(world)
    await all_at_once(
        change(world, made, saml=SamlPatch(allows_subdomains=True)),
        change(world, made, saml=SamlPatch(forces_authentication=True)),
        change(world, made, disables_additional_identifications=True),
        change(world, made, name="Globex"),
    )
    after = await world.call(None, connections.get, connection_id=made.id)
    assert (after.allows_subdomains, after.forces_authentication) == (True, True)
    assert (after.disables_additional_identifications, after.name) == (True, "Globex")


async def test_an_organization_is_given_and_takes_its_connections_with_it(world):
    acme, globex = await world.organization("Acme"), await world.organization("Globex")
    made = await connect(world, organization_id=acme.id)
    with pytest.raises(OrganizationNotFound):
        await change(world, made, organization_id="org_nobody")
    assert (await change(world, made, organization_id=None)).organization_id == acme.id
    assert (await change(world, made, organization_id=globex.id)).organization_id == globex.id
    await world.call(None, organizations.delete, organization_id=globex.id)
    with pytest.raises(EnterpriseConnectionNotFound):
        await world.call(None, connections.get, connection_id=made.id)


async def test_one_that_becomes_active_takes_the_place_of_domains_that_enroll(world):
    acme = await world.organization("Acme")
    await enroll(world, acme, "a.test", "automatic_invitation")
    await enroll(world, acme, "b.test", "manual_invitation")
    await enroll(world, acme, "c.test", "automatic_suggestion")
    made = await connect(world, "a.test", "b.test", saml=described())
    assert len(await domains_of(world, acme)) == 3
    await change(world, made, is_active=True)
    assert sorted(await domains_of(world, acme)) == ["b.test", "c.test"]
    assert len(await world.events("organizationDomain.deleted")) == 1
    await change(world, made, domains=["c.test"])
    assert await domains_of(world, acme) == ["b.test"]


async def test_the_older_view_asks_for_consent_first(world):
    acme = await world.organization("Acme")
    await enroll(world, acme, "a.test", "automatic_invitation")
    made = await connect(world, "a.test", saml=described())
    one = {"connection_id": made.id}
    with pytest.raises(ConnectionDomainEnrolls):
        await world.call(None, saml.update, **one, patch=SamlConnectionPatch(is_active=True))
    assert await domains_of(world, acme) == ["a.test"]
    patch = SamlConnectionPatch(is_active=True, may_end_enrolling=True)
    assert (await world.call(None, saml.update, **one, patch=patch)).is_active
    assert await domains_of(world, acme) == []


async def test_the_older_view_shows_what_speaks_saml_alone(world):
    new = NewSamlConnection(
        name="Okta", provider=Provider.SAML_OKTA, domain="a.test", idp_metadata=metadata()
    )
    made = await world.call(None, saml.create, new=new)
    assert await world.call(None, connections.get, connection_id=made.id) == made
    other = await connect(world, "b.test", provider=Provider.OIDC_CUSTOM, name="Okta too")
    found = await world.call(None, saml.search, search=Search(), query="okta")
    assert [each.id for each in found.items] == [made.id]
    assert len((await world.call(None, connections.search, search=Search())).items) == 2
    for operation, more in (
        (saml.get, {}),
        (saml.delete, {}),
        (saml.update, {"patch": SamlConnectionPatch(name="x")}),
    ):
        with pytest.raises(EnterpriseConnectionNotFound):
            await world.call(None, operation, connection_id=other.id, **more)
    nowhere = NewSamlConnection(name="None", provider=Provider.SAML_OKTA)
    with pytest.raises(MissingInput):
        await world.call(None, saml.create, new=nowhere)


async def test_who_signed_in_through_a_connection_is_counted(world):
    made, ann = await connect(world), await world.user("ann")
    await world.sql(ACCOUNT, world.instance_id, ann.id, made.id)
    assert (await world.call(None, connections.get, connection_id=made.id)).user_count == 1
    await world.call(None, connections.delete, connection_id=made.id)
    assert await world.sql("SELECT * FROM enterprise_accounts WHERE id = 'eac_x'") == []
    assert (await world.user("ann")).id == ann.id


async def test_what_does_not_exist_asks_nobody_outside(world, other_world):
    made = await connect(other_world)
    async with publishing() as publisher:
        with pytest.raises(EnterpriseConnectionNotFound):
            await change(world, made, saml=SamlPatch(idp_metadata_url=publisher.url))
        with pytest.raises(EnterpriseConnectionNotFound):
            await world.call(None, connections.delete, connection_id=made.id)
        assert publisher.asked == 0


@pytest.mark.security("P3")
async def test_our_secret_there_moves_to_a_new_key(world):
    part = OidcPatch(client_secret="known to both")
    made = await connect(world, provider=Provider.OIDC_CUSTOM, oidc=part)
    keys_of = (("new", bytes(range(1, 33))), ("test", bytes(range(32))))
    platform = dataclasses.replace(world.platform, vault=Vault(keys_of))
    await world.call(None, keys.reseal, platform=platform)
    (row,) = await world.sql("SELECT * FROM enterprise_connections WHERE id = $1", made.id)
    only_new = Vault(keys_of[:1])
    opened = only_new.open(row["sealed_secret"], f"enterprise_connection:{made.id}")
    assert opened == b"known to both"
