"""A person gets in by the signed word of an issuer that the client trusts, as SAML has it."""

import pytest

from charter.core.account_clients.model import JWT_BEARER, SAML_BEARER
from charter.core.bearing import account_token_actor
from charter.core.keys.claimed import claimed_payload
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.users import restrictions
from tests.logging_in import app_client, client_of, posted, shown_as
from tests.vouching import (
    ALL,
    IDP,
    TOKEN,
    assertion,
    is_refused,
    moment,
    sent,
    signed,
    trusting_client,
    vouched,
    voucher,
)
from tests.world import all_at_once, later, new_world

OTHER_AUDIENCE = "<saml:Audience>https://elsewhere.example</saml:Audience>"


@pytest.fixture
async def trusting(world):
    return await trusting_client(world)


async def test_a_person_gets_in_by_an_assertion_and_is_not_renewed(world, trusting):
    ann = await world.user("ann")
    answer = await vouched(world, trusting, signed(assertion(world, ann)), scope="files:read")
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    token = answer.json()["access_token"]
    assert claimed_payload(token)["scope"] == "files:read"
    assert (await account_token_actor(world.platform, token)).user_id == ann.id
    (made,) = await world.events("oauthAuthorization.created")
    assert ann.id in str(dict(made))


@pytest.mark.parametrize(
    "how",
    [
        lambda: {"algorithm": "rsa-sha512", "digest": "sha384"},
        lambda: {"algorithm": "sha256-rsa-MGF1"},
        lambda: {"by": voucher("curve", is_curve=True)},
    ],
)
async def test_keys_of_both_kinds_sign_and_padding_is_taken(world, how):
    trusting = await trusting_client(world, voucher("old").pem, how().get("by", voucher()).pem)
    document = sent(signed(assertion(world, await world.user("ann")), **how()))
    answer = await vouched(world, trusting, document + "=" * (-len(document) % 4))
    assert answer.status_code == 200, answer.text


async def test_an_audience_may_be_the_issuer_of_the_client_and_one_of_several(world):
    trusting = await trusting_client(world, issuer=IDP)
    named = f"{OTHER_AUDIENCE}<saml:Audience>http://api.test/accounts</saml:Audience>"
    conditions = (
        f"<saml:AudienceRestriction>{named}</saml:AudienceRestriction>"
        f"<saml:AudienceRestriction>{ALL}</saml:AudienceRestriction><saml:OneTimeUse/>"
    )
    document = signed(assertion(world, await world.user("ann"), conditions=conditions))
    answer = await vouched(world, trusting, document)
    assert answer.status_code == 200, answer.text


@pytest.mark.security("F7")
async def test_an_assertion_is_good_once(world, trusting):
    document = signed(assertion(world, await world.user("ann")))
    assert (await vouched(world, trusting, document)).status_code == 200
    assert is_refused(await vouched(world, trusting, document))
    other = assertion(world, await world.user("bob"))
    assert is_refused(await vouched(world, trusting, signed(other)))


@pytest.mark.security("F7")
async def test_of_an_assertion_that_is_shown_at_once_one_counts(world, trusting):
    document = sent(signed(assertion(world, await world.user("ann"))))
    answers = await all_at_once(*(vouched(world, trusting, document) for _ in range(20)))
    assert sorted(each.status_code for each in answers) == [200] + [400] * 19


@pytest.mark.security("F7")
@pytest.mark.parametrize(
    "seconds",
    [{"window": (60, 300)}, {"window": (-300, -60)}, {"end": -60}, {"end": 3600}, {"issued": 60}],
    ids=str,
)
async def test_an_assertion_counts_in_its_time(world, trusting, seconds):
    changes = {}
    if "window" in seconds:
        start, end = (moment(world, each) for each in seconds["window"])
        changes["window"] = f'NotBefore="{start}" NotOnOrAfter="{end}"'
    if "end" in seconds:
        changes["end"] = f'NotOnOrAfter="{moment(world, seconds["end"])}"'
    if "issued" in seconds:
        start = moment(world, seconds["issued"])
        changes["attributes"] = f'Version="2.0" ID="_one" IssueInstant="{start}"'
    document = signed(assertion(world, await world.user("ann"), **changes))
    assert is_refused(await vouched(world, trusting, document))


@pytest.mark.security("F7")
@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "<saml:Issuer>https://other.example</saml:Issuer>"},
        {"issuer": ""},
        {"issuer": f"<saml:Issuer>{IDP}</saml:Issuer>" * 2},
        {"recipient": 'Recipient="https://elsewhere.example"'},
        {"recipient": f'Recipient="{TOKEN}/"'},
        {"recipient": ""},
        {"end": ""},
        {"end": 'NotOnOrAfter="tomorrow"'},
        {"end": 'NotOnOrAfter="2026-13-40T00:00:00Z"'},
        {"window": 'NotBefore="9999-01-01T00:00:00+23:00"'},
        {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
        {"more": "<saml:NameID>somebody</saml:NameID>"},
        {"confirmation": ""},
        {"conditions": ""},
        {"conditions": "<saml:AudienceRestriction/>"},
        {"conditions": f"<saml:AudienceRestriction>{OTHER_AUDIENCE}</saml:AudienceRestriction>"},
        {
            "conditions": f"<saml:AudienceRestriction>{ALL}</saml:AudienceRestriction>"
            f"<saml:AudienceRestriction>{OTHER_AUDIENCE}</saml:AudienceRestriction>"
        },
        {
            "conditions": f"<saml:AudienceRestriction>{ALL}</saml:AudienceRestriction>"
            "<saml:Condition/>"
        },
        {"name_id": ""},
        {"name_id": "<saml:NameID/>"},
        {"name_id": "<saml:NameID>uid_none</saml:NameID>"},
        {"name_id": "<saml:NameID>ann@example.com</saml:NameID>"},
        {"name_id": "<saml:EncryptedID/>"},
        {"attributes": 'Version="1.1" ID="_one" IssueInstant="2026-01-01T00:00:00Z"'},
        {"attributes": 'Version="2.0" ID="_one"'},
    ],
    ids=str,
)
async def test_an_assertion_says_all_that_it_has_to(world, trusting, changes):
    document = assertion(world, await world.user("ann"), **changes)
    assert is_refused(await vouched(world, trusting, signed(document)))


async def test_one_name_is_said_and_one_confirmation(world, trusting):
    ann, bob = await world.user("ann"), await world.user("bob")
    name = "<saml:NameID>{}</saml:NameID>"
    both = name.format(shown(ann.id)) + name.format(shown(bob.id))
    document = assertion(world, ann, name_id=both)
    assert is_refused(await vouched(world, trusting, signed(document)))
    one = assertion(world, ann)
    start = one.index("<saml:SubjectConfirmation ")
    end = one.index("</saml:Subject>")
    document = one[:end] + one[start:end] + one[end:]
    assert is_refused(await vouched(world, trusting, signed(document)))


@pytest.mark.security("E7")
async def test_what_a_client_trusts_is_its_own(world, trusting):
    ann = await world.user("ann")
    other = await trusting_client(world, issuer="https://other.example")
    none = await app_client(world, grant_types=[SAML_BEARER])
    for client in (other, none):
        assert is_refused(await vouched(world, client, signed(assertion(world, ann))))
    without = await trusting_client(world, grant_types=[JWT_BEARER])
    answer = await vouched(world, without, signed(assertion(world, ann)))
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_an_issuer_of_assertions_vouches_by_no_jwt(world):
    both = await trusting_client(world, grant_types=[SAML_BEARER, JWT_BEARER])
    form = {"grant_type": JWT_BEARER, "assertion": "eyJhbGciOiJub25lIn0.e30."}
    token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlL21ldGFkYXRhIn0.eA"
    for text in (form["assertion"], token):
        answer = await posted(world, "/token", **{**form, "assertion": text}, **shown_as(both))
        assert is_refused(answer)


@pytest.mark.security("E7")
async def test_nobody_of_another_instance_gets_in(world, trusting, platform, app):
    elsewhere = await new_world(platform, app)
    stranger = await elsewhere.user("stranger")
    assert is_refused(await vouched(world, trusting, signed(assertion(world, stranger))))
    theirs = await trusting_client(elsewhere)
    ann = await world.user("ann")
    assert is_refused(await vouched(elsewhere, theirs, signed(assertion(world, ann))))


async def test_who_may_not_sign_in_does_not(world, trusting):
    ann = await world.user("ann")
    await world.call(None, restrictions.ban, user_id="ann")
    assert is_refused(await vouched(world, trusting, signed(assertion(world, ann))))


async def test_who_a_client_of_an_account_trusts_vouches_for_its_members_alone(world):
    acme = await world.organization(owner="ann")
    issuers = [{"issuer": IDP, "certificates": [voucher().pem]}]
    own = await client_of(world, acme, grant_types=[SAML_BEARER], trusted_issuers=issuers)
    answer = await vouched(world, own, signed(assertion(world, await world.user("ann"))))
    assert claimed_payload(answer.json()["access_token"])["acc"] == shown(acme.id)
    bob = assertion(world, await world.user("bob")).replace("_one", "_two")
    assert is_refused(await vouched(world, own, signed(bob, uri="#_two")))


async def test_an_assertion_is_remembered_for_as_long_as_it_lasts(world, trusting):
    document = signed(assertion(world, await world.user("ann")))
    assert (await vouched(world, trusting, document)).status_code == 200
    (kept,) = await world.sql(
        "SELECT expires_at FROM grants WHERE instance_id = $1 AND purpose = 'assertion'",
        world.instance_id,
    )
    assert kept["expires_at"] >= later(world.platform, seconds=295).clock()
