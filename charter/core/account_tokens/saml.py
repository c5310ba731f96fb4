"""Reads signed SAML 2.0 assertions, which are hostile input: what was signed, and nothing else.

Nothing outside the document is looked at: no DTD, no entities, no network, no key that it brings.
Source: SAML 2.0 Core (OASIS saml-core-2.0-os), sections 2 and 5; RFC 7522, section 3.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from charter.core.account_tokens.model import LONGEST_ASSERTION_SECONDS
from charter.core.account_tokens.proving import LEEWAY, LONGEST_NAME, ProofRefused
from charter.kernel import xml

LONGEST = 100_000
"""Characters of an assertion, in base64url."""
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
TRANSFORMS = frozenset(
    {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    }
)
"""All that an assertion may be signed through. Source: SAML 2.0 Core, section 5.4.4."""
UNREADABLE = (SignXMLException, etree.LxmlError, ValueError, TypeError, LookupError, AttributeError)
"""What a signature that is no signature may come to."""
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_UNDERSTOOD = (f"{_SAML}AudienceRestriction", f"{_SAML}OneTimeUse", f"{_SAML}ProxyRestriction")
_BASE64URL = re.compile(r"[0-9A-Za-z_-]+={0,2}")
_ID = re.compile(r"[A-Za-z_][0-9A-Za-z_.-]{0,255}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z?")


@dataclass(frozen=True, slots=True)
class Expected:
    """For whom an assertion has to be. audiences: one of them. recipient: where it is shown."""

    audiences: tuple[str, ...]
    recipient: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What an assertion says that holds. until: when it does no more."""

    issuer: str
    id: str
    subject: str
    until: datetime


def read_assertion(text: str, trusted: Mapping[str, Sequence[str]], expected: Expected) -> Said:
    """What a signed assertion says of a person; it takes some milliseconds of a core.

    text: base64url. trusted: entity id → its certificates in PEM.
    Raises: ProofRefused.
    """
    root = _parsed(text)
    _check_shape(root)
    issuer = _text(_one(root, "Issuer"))
    assertion = _verified(root, trusted.get(issuer, ()), expected.now)
    # From here on only what was signed is looked at.
    if _text(_one(assertion, "Issuer")) != issuer:
        raise ProofRefused
    if assertion.get("Version") != "2.0":
        raise ProofRefused
    if _time(assertion, "IssueInstant") > expected.now + LEEWAY:
        raise ProofRefused
    _check_conditions(_one(assertion, "Conditions"), expected)
    subject = _one(assertion, "Subject")
    until = _confirmed(_one(subject, "SubjectConfirmation"), expected)
    name = _text(_one(subject, "NameID"))
    if len(name) > LONGEST_NAME:
        raise ProofRefused
    return Said(issuer, assertion.get("ID", ""), name, until)


def _parsed(text: str) -> etree._Element:
    """The root element. Raises: ProofRefused."""
    if len(text) > LONGEST or _BASE64URL.fullmatch(text) is None:
        raise ProofRefused
    bare = text.rstrip("=")
    try:
        document = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)).decode().strip()
    except (binascii.Error, UnicodeError) as mistake:
        raise ProofRefused from mistake
    # No document type and so no entity, no comment, no CDATA: nothing by which two readers of one
    # text could see two things.
    if "<!" in document or "<?" in document.removeprefix("<?xml "):
        raise ProofRefused
    try:
        return etree.fromstring(document.encode(), xml.parser())
    except (etree.XMLSyntaxError, ValueError) as mistake:
        raise ProofRefused from mistake


def _check_shape(root: etree._Element) -> None:
    """See that it is one assertion, with one signature of its own over all of it.

    Raises: ProofRefused. Source: SAML 2.0 Core, section 5.4.
    """
    tags = [each.tag for each in root.iter()]
    own_id = root.get("ID", "")
    signatures = root.findall(f"{_DS}Signature")
    is_fit = (
        root.tag == f"{_SAML}Assertion"
        and tags.count(f"{_SAML}Assertion") == tags.count(f"{_DS}Signature") == len(signatures) == 1
        and _ID.fullmatch(own_id) is not None
    )
    if not is_fit:
        raise ProofRefused
    references = signatures[0].findall(f"{_DS}SignedInfo/{_DS}Reference")
    transforms = signatures[0].iter(f"{_DS}Transform")
    if [each.get("URI") for each in references] != [f"#{own_id}"]:
        raise ProofRefused
    if not {each.get("Algorithm") for each in transforms} <= TRANSFORMS:
        raise ProofRefused


def _verified(root: etree._Element, certificates: Sequence[str], now: datetime) -> etree._Element:
    """The assertion as it was signed, by the key of one of these certificates.

    Raises: ProofRefused, also where the certificate has ended.
    """
    wanted = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        # What a signature says of its own key counts for nothing: the certificate is given.
        ignore_ambiguous_key_info=True,
        verification_time=now,
    )
    for pem in certificates:
        try:
            found = XMLVerifier().verify(
                root, x509_cert=pem, id_attribute="ID", parser=xml.parser(), expect_config=wanted
            )
        except UNREADABLE:
            continue
        signed = found.signed_xml if isinstance(found, VerifyResult) else None
        is_it = signed is not None and signed.tag == root.tag and signed.get("ID") == root.get("ID")
        if signed is not None and is_it:
            return signed
    raise ProofRefused


def _check_conditions(conditions: etree._Element, expected: Expected) -> None:
    """Raises: ProofRefused, also for a condition that is not understood (section 2.5.1.1)."""
    _check_window(conditions, expected.now)
    if any(each.tag not in _UNDERSTOOD for each in conditions):
        raise ProofRefused
    restrictions = conditions.findall(f"{_SAML}AudienceRestriction")
    if not restrictions:
        raise ProofRefused
    for each in restrictions:
        named = [_text(audience) for audience in each.findall(f"{_SAML}Audience")]
        if not any(audience in expected.audiences for audience in named):
            raise ProofRefused


def _confirmed(confirmation: etree._Element, expected: Expected) -> datetime:
    """Until when the bearer may show it here: ten minutes from now at most. Raises: ProofRefused.

    There is one confirmation, so that there is one end until which the assertion is remembered.
    """
    data = _one(confirmation, "SubjectConfirmationData")
    # Another element beside it would say who else has to show it.
    if confirmation.get("Method") != BEARER or len(confirmation) != 1:
        raise ProofRefused
    _check_window(data, expected.now)
    until = _time(data, "NotOnOrAfter")
    latest = expected.now + timedelta(seconds=LONGEST_ASSERTION_SECONDS)
    if data.get("Recipient") != expected.recipient or until > latest:
        raise ProofRefused
    return until


def _check_window(element: etree._Element, now: datetime) -> None:
    """Raises: ProofRefused, before its time and after."""
    if "NotBefore" in element.attrib and _time(element, "NotBefore") > now + LEEWAY:
        raise ProofRefused
    if "NotOnOrAfter" in element.attrib and _time(element, "NotOnOrAfter") <= now - LEEWAY:
        raise ProofRefused


def _time(element: etree._Element, name: str) -> datetime:
    """A time, which is in UTC (section 1.3.3). Raises: ProofRefused."""
    text = element.get(name, "")
    if _TIME.fullmatch(text) is None:
        raise ProofRefused
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as mistake:
        raise ProofRefused from mistake


def _one(parent: etree._Element, name: str) -> etree._Element:
    """The one child of this name. Raises: ProofRefused."""
    found = parent.findall(f"{_SAML}{name}")
    if len(found) != 1:
        raise ProofRefused
    return found[0]


def _text(element: etree._Element) -> str:
    """All the text of an element that holds nothing else. Raises: ProofRefused."""
    if len(element) or not element.text:
        raise ProofRefused
    return element.text
