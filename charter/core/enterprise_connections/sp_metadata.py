"""Writes what we say of ourselves to the identity provider of a connection.

Source: SAML 2.0 Metadata (OASIS saml-metadata-2.0-os), sections 2.3.2, 2.4.1, 2.4.2 and 2.4.4.
"""

from lxml import etree

from charter.core.enterprise_connections.addresses import ServiceProvider

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
SAML = "urn:oasis:names:tc:SAML:2.0:protocol"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
NAME_ID_FORMATS = (
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
)
"""What a name may be like; the one that we would rather have comes first."""


def sp_metadata(ours: ServiceProvider) -> str:
    """The metadata of a service provider, as XML. Every assertion has to be signed."""
    entity = etree.Element(f"{{{MD}}}EntityDescriptor", nsmap={"md": MD})
    entity.set("entityID", ours.entity_id)
    role = etree.SubElement(entity, f"{{{MD}}}SPSSODescriptor")
    role.set("AuthnRequestsSigned", "false")
    role.set("WantAssertionsSigned", "true")
    role.set("protocolSupportEnumeration", SAML)
    for name in NAME_ID_FORMATS:
        etree.SubElement(role, f"{{{MD}}}NameIDFormat").text = name
    consumer = etree.SubElement(role, f"{{{MD}}}AssertionConsumerService")
    consumer.set("Binding", POST)
    consumer.set("Location", ours.acs_url)
    consumer.set("index", "0")
    consumer.set("isDefault", "true")
    body = etree.tostring(entity, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
