"""What is no assertion of the issuer, however much of one it holds."""

import base64
from copy import deepcopy

import pytest
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner
from signxml.verifier import XMLVerifier

from charter.core.account_tokens import saml
from charter.core.account_tokens.proving import ProofRefused
from charter.core.oauth_authorizations.account_ids import shown
from tests.costs import cost
from tests.vouching import (
    DS,
    IDP,
    SAML,
    TOKEN,
    assertion,
    is_refused,
    sent,
    signed,
    trusting_client,
    vouched,
    voucher,
)

SHAPES = (
    etree.fromstring(f"<a ID='_one'><Signature xmlns='{DS}'/></a>"),
    etree.fromstring(f"<a><Subject xmlns='{SAML}'/></a>"),
)
"""Enough to tell what variants there are."""
SIGNATURE = f"{{{DS}}}Signature"


@pytest.fixture
async def trusting(world):
    return await trusting_client(world)


def bare(document):
    """An assertion that nobody signed, without the place for it."""
    root = etree.fromstring(document.encode())
    root.remove(root.find(SIGNATURE))
    return root


def advised(root, *others):
    """With other assertions where advice may stand."""
    advice = etree.SubElement(root, f"{{{SAML}}}Advice")
    for each in others:
        advice.append(each)
    return root


def holding(signature, *others):
    """A signature that carries other elements along."""
    held = etree.SubElement(signature, f"{{{DS}}}Object")
    for each in others:
        held.append(each)
    return signature


def variants(honest, evil):
    """Name → a document that has the issuer's signature and an evil assertion.

    honest: signed. evil: not signed, of the same shape with an ID of its own.
    """
    signature = honest.find(SIGNATURE)
    stripped = deepcopy(honest)
    stripped.remove(stripped.find(SIGNATURE))
    same = deepcopy(evil)
    same.set("ID", honest.get("ID"))

    def led(root, *moved):
        made = deepcopy(root)
        made.insert(1, moved[0])
        return made

    copy = deepcopy
    kept = copy(honest)
    holding(kept.find(SIGNATURE), copy(evil))
    inner = copy(honest)
    holding(inner.find(SIGNATURE), copy(same))
    response = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Response")
    response.extend([copy(evil), copy(honest)])
    outer = copy(evil)
    outer.find(f"{{{SAML}}}Subject").append(copy(honest))
    return {
        "signed inside an evil one": advised(copy(evil), copy(honest)),
        "signature moved out, beside": advised(led(evil, copy(signature)), copy(stripped)),
        "signed inside the signature of an evil one": led(
            evil, holding(copy(signature), copy(stripped))
        ),
        "evil inside the signature": kept,
        "one ID twice, signature moved out": led(same, holding(copy(signature), copy(stripped))),
        "one ID twice, signed inside": advised(copy(same), copy(honest)),
        "one ID twice, evil inside": inner,
        "signed in the subject": outer,
        "signature of another": led(same, copy(signature)),
        "in a response": response,
        "two signatures": led(honest, copy(signature)),
        "in another's name": etree.fromstring(
            etree.tostring(honest).replace(SAML.encode(), b"urn:oasis:names:tc:SAML:1.0:assertion")
        ),
    }


NAMES = tuple(variants(*SHAPES))


@pytest.mark.security("F6")
@pytest.mark.parametrize("name", NAMES)
async def test_a_signature_counts_for_what_it_signs_alone(world, trusting, name):
    honest = signed(assertion(world, await world.user("ann")))
    evil = bare(assertion(world, await world.user("bob")).replace("_one", "_two"))
    answer = await vouched(world, trusting, variants(honest, evil)[name])
    assert is_refused(answer)
    assert (await vouched(world, trusting, honest)).status_code == 200


@pytest.mark.security("F6")
@pytest.mark.parametrize("inside", ["<!-- x -->", "<?x y?>", "<![CDATA[]]>"])
async def test_a_name_is_not_cut_where_somebody_wrote_a_comment(world, trusting, inside):
    ann = await world.user("ann")
    name = shown(ann.id) + "x.example"
    honest = signed(assertion(world, name))
    document = etree.tostring(honest).replace(b"x.example", inside.encode() + b"x.example")
    if "--" in inside:
        # Others hold that such a one is signed.
        assert XMLVerifier().verify(document, x509_cert=voucher().pem).signed_xml is not None
    assert is_refused(await vouched(world, trusting, sent(document)))
    # Nor is it put together again.
    honest = etree.tostring(signed(assertion(world, ann))).decode()
    whole = shown(ann.id)
    document = honest.replace(whole, whole[:9] + inside + whole[9:])
    assert is_refused(await vouched(world, trusting, sent(document)))


@pytest.mark.security("F6")
@pytest.mark.parametrize(
    "how",
    [
        lambda: {"by": voucher("another")},
        lambda: {"by": voucher("another", is_curve=True)},
        lambda: {"algorithm": "rsa-sha1"},
        lambda: {"digest": "sha1"},
        lambda: {"algorithm": "rsa-sha224"},
        lambda: {"algorithm": "hmac-sha256", "key": voucher().pem.encode()},
    ],
)
async def test_only_the_issuers_key_signs_and_as_keys_should(world, trusting, how):
    document = signed(assertion(world, await world.user("ann")), **how())
    assert is_refused(await vouched(world, trusting, document))


@pytest.mark.security("F6")
async def test_a_signature_names_the_assertion_that_it_is_of(world, trusting):
    document = assertion(world, await world.user("ann"))
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    root = etree.fromstring(document.replace(' ID="_one"', "").encode())
    made = signer.sign(root, key=voucher().key, cert=voucher().pem)
    assert made.find(f".//{{{DS}}}Reference").get("URI") == ""
    assert is_refused(await vouched(world, trusting, made))
    made.set("ID", "_one")
    assert is_refused(await vouched(world, trusting, made))


@pytest.mark.security("F6")
async def test_a_certificate_that_has_ended_or_not_begun_vouches_for_nobody(world):
    for voucher_of in (voucher("old", began=-9, ends=-1), voucher("new", began=1)):
        trusting = await trusting_client(world, voucher_of.pem)
        document = signed(assertion(world, await world.user("ann")), by=voucher_of)
        assert is_refused(await vouched(world, trusting, document))


@pytest.mark.security("F6")
async def test_what_was_changed_or_is_not_signed_is_refused(world, trusting):
    ann, bob = await world.user("ann"), await world.user("bob")
    honest = etree.tostring(signed(assertion(world, ann)))
    own, other = shown(ann.id).encode(), shown(bob.id).encode()
    assert is_refused(await vouched(world, trusting, sent(honest.replace(own, other))))
    assert is_refused(await vouched(world, trusting, bare(assertion(world, ann))))
    assert is_refused(await vouched(world, trusting, assertion(world, ann)))
    for old, new in (
        (
            b"<ds:Transforms>",
            b'<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>',
        ),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
        (b"</ds:SignedInfo>", b""),
        (b"xmlns:saml=", b'xmlns:void="1" xmlns:saml='),
        (b"#_one", b"https://evil.example/"),
        (b"#_one", b"#xpointer(/)"),
    ):
        assert old in honest
        assert is_refused(await vouched(world, trusting, sent(honest.replace(old, new))))


@pytest.mark.security("F6")
async def test_what_is_no_xml_is_refused(world, trusting):
    honest = etree.tostring(signed(assertion(world, await world.user("ann"))))
    for nonsense in ("a", "a.b", "=", "%%%", "x" * 50_000, sent(b"\xff\xfe"), sent("<a>")):
        assert is_refused(await vouched(world, trusting, nonsense))
    plain = base64.b64encode(honest + b" " * (-len(honest) % 3) + b"\xfb\xef\xbe").decode()
    assert is_refused(await vouched(world, trusting, plain))
    assert (await vouched(world, trusting, "")).json()["error"] == "invalid_request"
    declared = b'<?xml version="1.0" encoding="utf-16"?>\n' + honest
    assert (await vouched(world, trusting, sent(declared))).status_code == 200


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "entities": f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]>',
    "a file": '<!DOCTYPE a [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">',
}


@pytest.mark.security("F6")
@pytest.mark.parametrize("name", BOMBS)
async def test_a_document_type_is_refused_before_it_costs_anything(world, trusting, name):
    document = assertion(world, "&a9;" if name != "an address" else "uid_none")
    text = sent(BOMBS[name] + document)
    assert is_refused(await vouched(world, trusting, text))
    assert seconds_for(world, text) < 0.1


@pytest.mark.security("F6")
async def test_what_is_large_or_deep_costs_little(world, trusting):
    ann = await world.user("ann")
    honest = etree.tostring(signed(assertion(world, ann))).decode()
    names = "".join(f' xmlns:n{n}="urn:n{n}"' for n in range(60))
    for inside in (
        "<a>" * 5_000 + "</a>" * 5_000,
        f"<a{names}>" * 30 + "</a>" * 30,
        "<a ID='_two'/>" * 3_000,
        "".join(f"<ds:Reference URI='#{n}'/>" for n in range(1_500)),
    ):
        for place in ("</saml:Subject>", "</ds:SignedInfo>"):
            text = sent(honest.replace(place, inside + place))
            assert is_refused(await vouched(world, trusting, text))
            assert seconds_for(world, text) < 0.1


def seconds_for(world, text):
    """How long it takes to refuse a text."""
    expected = saml.Expected((TOKEN,), TOKEN, world.platform.clock())

    def refuse():
        with pytest.raises(ProofRefused):
            saml.read_assertion(text, {IDP: [voucher().pem]}, expected)

    return cost(refuse)
