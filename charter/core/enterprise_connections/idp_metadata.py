"""Reads what an identity provider says of itself: SAML 2.0 metadata, which is hostile input.

Nothing outside the document is looked at: no DTD, no entities, no network; it is read as UTF-8
whatever it says of itself, so that what was checked is what is parsed.
Source: SAML 2.0 Metadata (OASIS saml-metadata-2.0-os), section 2.4.
"""

import codecs
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from charter.core.enterprise_connections.certificates import Certificate, read_certificate
from charter.core.enterprise_connections.model import (
    LONGEST_TEXT,
    CertificateInvalid,
    MetadataIncomplete,
    MetadataInvalid,
)
from charter.core.instances.model import Instance
from charter.core.instances.origins import address_elsewhere
from charter.kernel import xml
from charter.kernel.errors import InvalidInput

LONGEST_BYTES = 512 * 1024
MOST_CERTIFICATES = 10
SAML = "urn:oasis:names:tc:SAML:2.0:protocol"
BINDINGS = (
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
)
"""How we ask somebody to sign in, the first one that is offered."""
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class IdpMetadata:
    """What a sign-in needs to know. certificates: the one that holds longest first."""

    entity_id: str
    sso_url: str
    certificates: tuple[Certificate, ...]


def read_metadata(document: bytes, instance: Instance, now: datetime) -> IdpMetadata:
    """What a document says of the one identity provider in it.

    Raises: MetadataInvalid; MetadataIncomplete, which names what is missing.
    """
    entity = _entity(_parsed(document))
    _check_end(entity, now)
    described = [
        role
        for role in entity.findall(f"{_MD}IDPSSODescriptor")
        if SAML in (role.get("protocolSupportEnumeration") or "").split()
    ]
    if len(described) != 1:
        raise MetadataInvalid(reason="it must describe one identity provider of SAML 2.0")
    _check_end(described[0], now)
    entity_id, sso_url = entity.get("entityID"), _sso_url(described[0])
    certificates = _certificates(described[0])
    missing = [
        name
        for name, value in (
            ("idp_entity_id", entity_id),
            ("idp_sso_url", sso_url),
            ("idp_certificate", certificates),
        )
        if not value
    ]
    if missing or entity_id is None or sso_url is None:
        raise MetadataIncomplete(missing_fields=", ".join(missing))
    if len(entity_id) > LONGEST_TEXT or not entity_id.isprintable():
        raise MetadataInvalid(reason=f"its entityID is longer than {LONGEST_TEXT} characters")
    try:
        address = address_elsewhere(instance, "idp_sso_url", sso_url)
    except InvalidInput as mistake:
        raise MetadataInvalid(reason="its SingleSignOnService has no https address") from mistake
    return IdpMetadata(entity_id, address, certificates)


def _parsed(document: bytes) -> etree._Element:
    """The root element. Raises: MetadataInvalid."""
    if len(document) > LONGEST_BYTES:
        raise MetadataInvalid(reason=f"it is larger than {LONGEST_BYTES} bytes")
    encoding = next((name for mark, name in _MARKS if document.startswith(mark)), "utf-8")
    try:
        text = document.decode(encoding).strip()
    except UnicodeError as mistake:
        raise MetadataInvalid(reason="it is not UTF-8") from mistake
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise MetadataInvalid(reason="it has a document type")
    try:
        return etree.fromstring(text.encode(), xml.parser())
    except (etree.XMLSyntaxError, ValueError) as mistake:
        raise MetadataInvalid(reason="it is not XML") from mistake


def _entity(root: etree._Element) -> etree._Element:
    """The one entity that is an identity provider; alone, or in a list with others."""
    if root.tag == f"{_MD}EntityDescriptor":
        return root
    if root.tag == f"{_MD}EntitiesDescriptor":
        found = [
            entity
            for entity in root.iter(f"{_MD}EntityDescriptor")
            if entity.find(f"{_MD}IDPSSODescriptor") is not None
        ]
        if len(found) == 1:
            return found[0]
        raise MetadataInvalid(reason="it must describe one identity provider of SAML 2.0")
    raise MetadataInvalid(reason="it is no EntityDescriptor of SAML 2.0")


def _check_end(element: etree._Element, now: datetime) -> None:
    """Refuse what says that it is over. Raises: MetadataInvalid."""
    until = element.get("validUntil")
    if until is None:
        return
    try:
        end = datetime.fromisoformat(until)
    except ValueError as mistake:
        raise MetadataInvalid(reason="its validUntil is no time") from mistake
    # A time without a zone is in UTC (SAML 2.0 Core, section 1.3.3).
    if (end if end.tzinfo else end.replace(tzinfo=UTC)) <= now:
        raise MetadataInvalid(reason="its validUntil has passed")


def _sso_url(role: etree._Element) -> str | None:
    offered = {
        service.get("Binding"): service.get("Location")
        for service in reversed(role.findall(f"{_MD}SingleSignOnService"))
    }
    return next((url for binding in BINDINGS if (url := offered.get(binding))), None)


def _certificates(role: etree._Element) -> tuple[Certificate, ...]:
    """The certificates that may sign, each once. Raises: MetadataInvalid."""
    texts = [
        str(element.xpath("string()"))
        for key in role.findall(f"{_MD}KeyDescriptor")
        if key.get("use", "signing") == "signing"
        for element in key.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    ]
    if len(texts) > MOST_CERTIFICATES:
        raise MetadataInvalid(reason=f"it has more than {MOST_CERTIFICATES} certificates")
    try:
        found = {(each := read_certificate(text)).pem: each for text in texts}
    except CertificateInvalid as mistake:
        raise MetadataInvalid(reason=str(mistake.meta["reason"])) from mistake
    return tuple(sorted(found.values(), key=lambda each: each.expires_at, reverse=True))
