"""Proofs that are signed elsewhere: of who a client is, and of whom a person is."""

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from charter.core.account_clients.model import JWT_BEARER, AuthMethod
from charter.core.account_tokens.model import ASSERTION_TYPE
from charter.core.bearing import account_token_actor
from charter.core.keys.claimed import claimed_payload
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.users import restrictions
from tests.logging_in import app_client, client_of, posted, shown_as
from tests.world import all_at_once

TOKEN = "http://api.test/accounts/oauth2/token"  # an address
IDP = "https://idp.example"
KEY = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
JWKS = {"keys": [KEY.as_dict(private=False)]}


def signed(world, *, key=KEY, alg="ES256", lasts=300, typ="JWT", **claims):
    now = int(world.platform.clock().timestamp())
    given = {"aud": TOKEN, "exp": now + lasts, "iat": now, "jti": "one", **claims}
    given = {name: value for name, value in given.items() if value is not None}
    header = {"alg": alg, "kid": "one", "typ": typ}
    return jwt.encode(header, given, key, algorithms=[alg])


@pytest.fixture
async def server(world):
    """A client that proves itself by its key."""
    return await app_client(world, auth_method=AuthMethod.PRIVATE_KEY, jwks=JWKS)


@pytest.fixture
async def trusting(world):
    """A client that believes somebody else about who people are."""
    issuers = [{"issuer": IDP, "jwks": JWKS}]
    return await app_client(world, grant_types=[JWT_BEARER], trusted_issuers=issuers)


async def by_itself(world, assertion):
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    return await posted(world, "/token", grant_type="client_credentials", **form)


async def for_person(world, made, assertion, **more):
    form = {"grant_type": JWT_BEARER, "assertion": assertion, **shown_as(made), **more}
    return await posted(world, "/token", **form)


def naming(made, **more):
    return {"iss": shown(made.application.id), "sub": shown(made.application.id), **more}


@pytest.mark.security("E7")
async def test_a_client_proves_itself_by_its_key_once_with_each_proof(world, server):
    assertion = signed(world, **naming(server))
    first = await by_itself(world, assertion)
    assert first.status_code == 200, first.text
    again = await by_itself(world, assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert (await by_itself(world, signed(world, **naming(server), jti="two"))).status_code == 200


@pytest.mark.security("E7")
async def test_of_a_proof_that_is_shown_at_once_one_counts(world, server):
    assertion = signed(world, **naming(server))
    answers = await all_at_once(*(by_itself(world, assertion) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200, 401, 401, 401, 401, 401]


@pytest.mark.security("E7")
@pytest.mark.parametrize(
    "wrong",
    [
        {"key": OTHER_KEY},
        {"aud": "https://elsewhere.example"},
        {"lasts": -60},
        {"lasts": 3600},
        {"exp": None},
        {"jti": None},
        {"iss": "somebody"},
        {"sub": "cid_none"},
        {"key": OctKey.import_key("x" * 32), "alg": "HS256"},
    ],
)
async def test_a_proof_that_does_not_hold_proves_nothing(world, server, wrong):
    answer = await by_itself(world, signed(world, **{**naming(server), **wrong}))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_client_with_a_secret_does_not_prove_itself_by_a_key(world):
    web = await app_client(world)
    answer = await by_itself(world, signed(world, **naming(web)))
    assert answer.json()["error"] == "invalid_client"


async def test_a_person_gets_in_by_the_word_of_an_issuer_that_the_client_trusts(world, trusting):
    ann = await world.user("ann")
    assertion = signed(world, iss=IDP, sub=shown(ann.id))
    answer = await for_person(world, trusting, assertion, scope="files:read")
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    token = answer.json()["access_token"]
    assert claimed_payload(token)["scope"] == "files:read"
    assert (await account_token_actor(world.platform, token)).user_id == ann.id
    again = await for_person(world, trusting, assertion)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_nobody_gets_in_by_another_word(world, trusting):
    ann = await world.user("ann")
    sub = shown(ann.id)
    for claims in (
        {"iss": "https://other.example"},
        {"key": OTHER_KEY},
        {"aud": "https://elsewhere.example"},
        {"sub": "uid_none"},
        {"sub": "ann@example.com"},
        {"lasts": 3600},
        {"jti": None},
    ):
        assertion = signed(world, **{"iss": IDP, "sub": sub, **claims})
        answer = await for_person(world, trusting, assertion)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    await world.call(None, restrictions.ban, user_id="ann")
    answer = await for_person(world, trusting, signed(world, iss=IDP, sub=sub))
    assert answer.json()["error"] == "invalid_grant"
    for nonsense in ("", "a.b.c", "x" * 20_000):
        answer = await for_person(world, trusting, nonsense)
        assert answer.status_code == 400


async def test_who_a_client_of_an_account_trusts_vouches_for_its_members_alone(world):
    acme = await world.organization(owner="ann")
    issuers = [{"issuer": IDP, "jwks": JWKS}]
    own = await client_of(world, acme, grant_types=[JWT_BEARER], trusted_issuers=issuers)
    stranger = shown((await world.user("bob")).id)
    answer = await for_person(world, own, signed(world, iss=IDP, sub=stranger))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    member = shown((await world.user("ann")).id)
    answer = await for_person(world, own, signed(world, iss=IDP, sub=member))
    assert claimed_payload(answer.json()["access_token"])["acc"] == shown(acme.id)
