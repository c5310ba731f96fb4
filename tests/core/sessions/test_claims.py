"""What session tokens say, and what an app may add to it."""

from datetime import UTC, datetime, timedelta

import pytest

from charter.core.sessions.claims import (
    COOKIE_BYTES,
    RESERVED,
    ClaimReserved,
    ClaimsTooLarge,
    TokenSubject,
    session_claims,
    with_custom_claims,
)
from charter.core.sessions.model import SessionStatus
from charter.kernel.errors import InvalidInput
from charter.kernel.tokens import Category, SigningKey, sign

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
KEY = SigningKey.generate("ins_2aBcDeFgHiJkLmNoPqRsTuVwXyZ_0123abcd")


def subject(**changes):
    plain = {
        "id": "sess_1",
        "user_id": "user_1",
        "status": SessionStatus.ACTIVE,
        "actor": None,
        "first_factor_at": NOW - timedelta(minutes=3),
        "second_factor_at": None,
        "expire_at": NOW + timedelta(days=1),
        "abandon_at": NOW + timedelta(days=1),
        "is_banned": False,
        "organization_id": None,
        "organization_slug": None,
        "role_key": None,
        "permissions": None,
        "user_plan": None,
        "user_features": None,
        "organization_plan": None,
        "organization_features": None,
    }
    return TokenSubject(**{**plain, **changes})


def claims(**changes):
    return session_claims(subject(**changes), issuer="https://a.test", now=NOW)


def in_organization(*permissions):
    return claims(
        organization_id="org_1",
        organization_slug="acme",
        role_key="org:admin",
        permissions=permissions,
    )


def test_the_claims_of_a_session_without_an_organization_are_these():
    made = claims()
    assert len(made.pop("jti")) == 32
    assert made == {
        "sub": "user_1",
        "sid": "sess_1",
        "iss": "https://a.test",
        "iat": SECONDS,
        "nbf": SECONDS - 10,
        "exp": SECONDS + 60,
        "v": 2,
        "sts": "active",
        "fva": [3, -1],
    }


def test_no_two_tokens_have_one_id():
    assert len({claims()["jti"] for _ in range(100)}) == 100


def test_the_ages_of_both_factors_are_whole_minutes():
    made = claims(first_factor_at=NOW - timedelta(minutes=9, seconds=59), second_factor_at=NOW)
    assert made["fva"] == [9, 0]


def test_a_pending_session_says_so():
    assert claims(status=SessionStatus.PENDING)["sts"] == "pending"


def test_an_impersonated_session_names_the_actor():
    assert claims(actor={"sub": "user_2"})["act"] == {"sub": "user_2"}


def test_the_organization_stands_with_its_slug_and_the_role():
    assert in_organization()["o"] == {"id": "org_1", "slg": "acme", "rol": "admin"}
    assert "fea" not in in_organization()


def test_permissions_are_told_by_feature_in_bits():
    made = in_organization("org:posts:read", "org:posts:write", "org:bills:read", "org:bills:pay")
    assert made["fea"] == "o:bills,o:posts"
    assert made["o"]["per"] == "pay,read,write"
    assert made["o"]["fpm"] == "3,6"  # bills: pay, read; posts: read, write


def test_the_official_reader_finds_the_permissions_again():
    from clerk_backend_api.security import authenticaterequest

    granted = ("org:posts:read", "org:posts:write", "org:bills:pay")
    made = in_organization(*granted)
    found = authenticaterequest._compute_org_permissions(made)
    assert sorted(found) == sorted(granted)


@pytest.mark.security("D5")
@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_custom_claim_takes_no_name_of_ours(name):
    with pytest.raises(ClaimReserved):
        with_custom_claims(claims(), {name: "other"})


@pytest.mark.security("D5")
def test_every_claim_that_we_set_is_reserved():
    full = in_organization("org:posts:read") | claims(actor={"sub": "user_2"})
    full |= session_claims(subject(), issuer="i", now=NOW, authorized_party="https://app.test")
    assert full.keys() <= RESERVED


@pytest.mark.security("D5")
def test_custom_claims_never_change_the_default_ones():
    made = claims()
    merged = with_custom_claims(made, {"plan": "gold", "nested": {"sub": "user_2"}})
    assert {name: merged[name] for name in made} == made
    assert merged["plan"] == "gold"


@pytest.mark.security("D5")
def test_a_token_with_custom_claims_fits_into_a_cookie():
    with pytest.raises(ClaimsTooLarge):
        with_custom_claims(claims(), {"big": "x" * 10_000})
    low, high = 0, 10_000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            with_custom_claims(claims(), {"big": "ß" * middle})
            low = middle
        except ClaimsTooLarge:
            high = middle
    merged = with_custom_claims(claims(), {"big": "ß" * low})
    token = sign(KEY, merged, header={"cat": Category.SESSION})
    cookie = f"__session_AbCdEfGh={token}; Path=/; Max-Age=604800; SameSite=Lax; Secure"
    assert 3700 < len(cookie) <= COOKIE_BYTES


@pytest.mark.security("D5")
@pytest.mark.parametrize("value", [1, None, {"a": 1}, ["a", 1], [None]])
def test_an_audience_is_text(value):
    with pytest.raises(InvalidInput):
        with_custom_claims(claims(), {"aud": value})


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_what_is_not_json_is_no_claim(value):
    with pytest.raises(InvalidInput):
        with_custom_claims(claims(), {"x": value})


def test_an_audience_of_texts_is_taken():
    assert with_custom_claims(claims(), {"aud": ["a", "b"]})["aud"] == ["a", "b"]
