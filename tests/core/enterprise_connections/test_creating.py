"""Making connections, and what is told of their identity providers."""

from datetime import timedelta

import pytest

from charter.core.enterprise_connections import operations as connections
from charter.core.enterprise_connections.model import (
    CertificateInvalid,
    ConnectionDomainEnrolls,
    ConnectionDomainTaken,
    ConnectionIncomplete,
    CustomAttribute,
    EnterpriseConnectionNotFound,
    LoginHint,
    LoginHintMode,
    MetadataIncomplete,
    MetadataInvalid,
    MetadataNotFetched,
    OidcPatch,
    Protocol,
    Provider,
    SamlPatch,
)
from charter.core.identity_providers.model import DiscoveryFailed, IssuerMismatch
from charter.core.instances.model import Environment
from charter.core.organization_domains.model import DomainCommon, DomainNameInvalid
from charter.core.organizations.model import OrganizationNotFound
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.lists import Search
from tests.companies import (
    ENTITY_ID,
    SSO_URL,
    certificate,
    connect,
    described,
    enroll,
    metadata,
    publishing,
)
from tests.world import all_at_once, new_world

OIDC = {"provider": Provider.OIDC_CUSTOM}
TAGS = CustomAttribute("Tags", "tags", "tags", "urn:tags", is_multi_valued=True)
MANY_TAGS = tuple(CustomAttribute("T", f"t{n}", None, None, False) for n in range(51))


async def test_a_connection_begins_as_the_provider_usually_is(world):
    made = await connect(world, "Acme.Test", "sub.acme.test", "acme.test", name=" Acme ")
    assert (made.name, made.domains) == ("Acme", ("acme.test", "sub.acme.test"))
    assert not made.is_active
    assert made.syncs_user_attributes
    assert made.attribute_mapping["email_address"] == "mail"
    assert made.login_hint_mode is LoginHintMode.EMAIL_ADDRESS
    assert (made.protocol, made.user_count) == (Protocol.SAML, 0)
    assert made.saml_id == "samlc_" + made.id.removeprefix("entconn_")
    one = await world.call(None, connections.get, connection_id=made.id)
    assert one == made
    (event,) = await world.events("enterpriseConnection.created")
    assert event["after"]["id"] == made.id


async def test_metadata_says_all_that_a_sign_in_needs(world):
    made = await connect(world, saml=described(), is_active=True)
    assert (made.idp_entity_id, made.idp_sso_url) == (ENTITY_ID, SSO_URL)
    assert made.idp_certificates == (certificate(),)
    assert made.idp_certificate_expires_at - made.idp_certificate_issued_at == timedelta(days=365)
    assert made.idp_metadata == metadata()
    (event,) = await world.events("enterpriseConnection.created")
    assert "idp_metadata" not in event["after"]


async def test_metadata_is_fetched_from_its_address_and_counts_more_than_what_stands_beside(world):
    async with publishing() as publisher:
        saml = SamlPatch(
            idp_metadata_url=publisher.url, idp_entity_id="urn:other", idp_metadata="not looked at"
        )
        made = await connect(world, saml=saml)
    assert (made.idp_entity_id, made.idp_metadata_url) == (ENTITY_ID, publisher.url)
    assert made.idp_metadata is None
    assert publisher.asked == 1


@pytest.mark.security("L1")
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/metadata",
        "https://localhost/metadata",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/metadata",
        "https://2130706433/metadata",
    ],
)
async def test_no_address_of_our_own_networks_is_asked_in_production(platform, app, url):
    production = await new_world(platform, app, Environment.PRODUCTION)
    document = "/.well-known/openid-configuration"
    for error, part in (
        (MetadataNotFetched, {"saml": SamlPatch(idp_metadata_url=url)}),
        (DiscoveryFailed, {"oidc": OidcPatch(discovery_url=f"{url}{document}"), **OIDC}),
    ):
        with pytest.raises(error) as refused:
            await connect(production, **part)
        assert "not public" in refused.value.meta["reason"]
    found = await production.call(None, connections.search, search=Search())
    assert found.items == ()


@pytest.mark.security("L1")
@pytest.mark.parametrize("name", ["idp_metadata_url", "idp_sso_url"])
@pytest.mark.parametrize("url", ["http://idp.acme.test/", "file:///etc/passwd", "x", "//x"])
async def test_an_address_without_https_is_refused_in_production(platform, app, name, url):
    production = await new_world(platform, app, Environment.PRODUCTION)
    with pytest.raises(InvalidInput):
        await connect(production, saml=SamlPatch(**{name: url}))


@pytest.mark.security("L1")
@pytest.mark.parametrize(
    ("status", "headers", "document"),
    [
        (404, {}, b""),
        (302, {"location": "http://127.0.0.1:1/"}, b""),
        (200, {}, b"x" * (600 * 1024)),
        (200, {"content-encoding": "gzip"}, b"\x1f\x8b"),
    ],
)
async def test_an_answer_that_leads_elsewhere_or_is_too_large_is_not_taken(
    world, status, headers, document
):
    async with publishing() as publisher:
        publisher.status, publisher.headers, publisher.document = status, headers, document
        with pytest.raises(MetadataNotFetched):
            await connect(world, saml=SamlPatch(idp_metadata_url=publisher.url))


async def test_what_an_address_publishes_is_read_as_strictly_as_what_is_given(world):
    async with publishing() as publisher:
        publisher.document = metadata(before="<!DOCTYPE a>").encode()
        with pytest.raises(MetadataInvalid):
            await connect(world, saml=SamlPatch(idp_metadata_url=publisher.url))
        publisher.document = metadata(keys="").encode()
        with pytest.raises(MetadataIncomplete):
            await connect(world, saml=SamlPatch(idp_metadata_url=publisher.url))


async def test_a_provider_of_openid_connect_is_asked_for_its_document(world, provider):
    url = f"{provider.issuer}/.well-known/openid-configuration"
    oidc = OidcPatch(client_id="us", client_secret="known to both", discovery_url=url)
    made = await connect(world, oidc=oidc, is_active=True, **OIDC)
    assert (made.issuer, made.jwks_url) == (provider.issuer, f"{provider.issuer}/jwks")
    assert made.authorize_url == f"{provider.issuer}/authorize"
    assert made.token_url == f"{provider.issuer}/token"


@pytest.mark.security("F5")
async def test_a_document_that_names_another_issuer_is_not_used(world, provider):
    url = f"{provider.issuer}/.well-known/openid-configuration"
    provider.lies.header = {"issuer": "https://accounts.other.test"}
    with pytest.raises(IssuerMismatch):
        await connect(world, oidc=OidcPatch(discovery_url=url), **OIDC)
    provider.lies.header = {}
    for wrong in (provider.issuer, f"{provider.issuer}/nothing{url[len(provider.issuer) :]}"):
        with pytest.raises(DiscoveryFailed):
            await connect(world, oidc=OidcPatch(discovery_url=wrong), **OIDC)


async def test_an_issuer_may_end_in_a_slash_that_its_documents_address_has_not(world, provider):
    provider.lies.header = {"issuer": f"{provider.issuer}/"}
    url = f"{provider.issuer}/.well-known/openid-configuration"
    made = await connect(world, oidc=OidcPatch(discovery_url=url), **OIDC)
    assert made.issuer == f"{provider.issuer}/"


async def test_our_secret_there_is_kept_sealed(world):
    made = await connect(world, oidc=OidcPatch(client_secret="known to both"), **OIDC)
    (row,) = await world.sql("SELECT * FROM enterprise_connections WHERE id = $1", made.id)
    opened = world.platform.vault.open(row["sealed_secret"], f"enterprise_connection:{made.id}")
    assert opened == b"known to both"
    assert "known to both" not in str(dict(row))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, InvalidInput),
        ({"name": "x" * 256}, InvalidInput),
        ({"name": "a\nb"}, InvalidInput),
        ({"domains": ()}, InvalidInput),
        ({"domains": tuple(f"a{n}.test" for n in range(101))}, InvalidInput),
        ({"domains": ("acme",)}, DomainNameInvalid),
        ({"domains": ("a b.test",)}, DomainNameInvalid),
        ({"domains": ("gmail.com",)}, DomainCommon),
        ({"organization_id": "org_nobody"}, OrganizationNotFound),
        ({"is_active": True}, ConnectionIncomplete),
        ({"oidc": OidcPatch(client_id="us")}, InvalidInput),
        ({"saml": SamlPatch(), **OIDC}, InvalidInput),
        ({"is_active": True, **OIDC}, MissingInput),
        ({"saml": SamlPatch(idp_certificate="x")}, CertificateInvalid),
        ({"saml": SamlPatch(idp_entity_id="x" * 1025)}, InvalidInput),
        ({"saml": SamlPatch(idp_metadata="\ud800")}, MetadataInvalid),
        ({"saml": SamlPatch(attribute_mapping={"email_address": ""})}, InvalidInput),
        ({"saml": SamlPatch(attribute_mapping={"role": "role"})}, InvalidInput),
        ({"saml": SamlPatch(attribute_mapping={"first_name": "x" * 1025})}, InvalidInput),
        ({"saml": SamlPatch(attribute_mapping={"first_name": "a\x00"})}, InvalidInput),
        ({"saml": SamlPatch(login_hint=LoginHint(LoginHintMode.CUSTOM_ATTRIBUTE))}, MissingInput),
        ({"saml": SamlPatch(login_hint=LoginHint(LoginHintMode.OFF, "x"))}, InvalidInput),
        ({"custom_attributes": (TAGS, TAGS)}, InvalidInput),
        ({"custom_attributes": MANY_TAGS}, InvalidInput),
        ({"custom_attributes": (CustomAttribute("T", "_t", None, None, False),)}, InvalidInput),
        ({"custom_attributes": (CustomAttribute("T", "a b", None, None, False),)}, InvalidInput),
    ],
)
async def test_what_makes_no_connection_is_refused_and_nothing_is_half_done(world, fields, error):
    with pytest.raises(error):
        await connect(world, **fields)
    assert (await world.call(None, connections.search, search=Search())).items == ()


@pytest.mark.parametrize(
    ("oidc", "error"),
    [
        ({"client_id": None}, MissingInput),
        ({"token_url": None}, MissingInput),
        ({"userinfo_url": None}, MissingInput),
        ({"client_secret": None}, InvalidInput),
        ({"client_secret": "x" * 4097}, InvalidInput),
        ({"authorize_url": "javascript:alert(1)"}, InvalidInput),
    ],
)
async def test_an_active_connection_lacks_nothing(world, oidc, error):
    whole = {
        "client_id": "us",
        "client_secret": "known to both",
        "authorize_url": "https://idp.acme.test/authorize",
        "token_url": "https://idp.acme.test/token",
        "userinfo_url": "https://idp.acme.test/me",
    }
    with pytest.raises(error):
        await connect(world, oidc=OidcPatch(**(whole | oidc)), is_active=True, **OIDC)
    made = await connect(world, oidc=OidcPatch(**whole), is_active=True, **OIDC)
    assert made.is_active
    public = OidcPatch(**(whole | {"client_secret": None, "requires_pkce": True}))
    assert (await connect(world, "b.test", oidc=public, is_active=True, **OIDC)).is_active


@pytest.mark.security("F4")
async def test_a_domain_is_one_connections(world, other_world):
    await connect(world, "acme.test")
    await connect(other_world, "acme.test")
    with pytest.raises(ConnectionDomainTaken):
        await connect(world, "b.test", "ACME.test.")
    found = await world.call(None, connections.search, search=Search())
    assert len(found.items) == 1


@pytest.mark.security("F4")
async def test_of_connections_made_at_once_with_one_domain_one_is_made(world):
    names = [("a.test", "b.test"), ("b.test", "a.test")] * 4
    done = await all_at_once(*(connect(world, *each) for each in names))
    refused = [each for each in done if isinstance(each, Exception)]
    assert len(done) - len(refused) == 1
    assert {type(each) for each in refused} == {ConnectionDomainTaken}


async def test_one_that_is_active_from_the_start_takes_nobodys_place(world):
    acme = await world.organization("Acme")
    await enroll(world, acme, "acme.test", "automatic_invitation")
    with pytest.raises(ConnectionDomainEnrolls):
        await connect(world, saml=described(), is_active=True)
    made = await connect(world, saml=described())
    assert not made.is_active


async def test_one_of_another_instance_is_not_found(world, other_world):
    made = await connect(world)
    with pytest.raises(EnterpriseConnectionNotFound):
        await other_world.call(None, connections.get, connection_id=made.id)
