"""Tokens: what is signed comes back, and nothing else does."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk, jwt

from charter.kernel.tokens import (
    Category,
    SigningKey,
    TokenRefused,
    Typ,
    sign,
    verify,
)
from tests.kernel.forgeries import forgeries
from tests.kernel.forging import Genuine

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "https://acme.charter.example"
KEY = SigningKey.generate("ins_2aBcDeFgHiJkLmNoPqRsTuVwXyZ")
OTHER = SigningKey.generate("ins_2other")
CLAIMS = {
    "sub": "user_2x",
    "sid": "sess_2x",
    "iss": ISSUER,
    "azp": "https://app.example",
    "iat": SECONDS,
    "nbf": SECONDS - 10,
    "exp": SECONDS + 60,
    "v": 2,
    "fva": [0, -1],
}
SESSION = {"cat": Category.SESSION}
FORGERIES = forgeries(
    Genuine(KEY, {"alg": "RS256", "typ": "JWT", "kid": KEY.kid, "cat": Category.SESSION}, CLAIMS)
)


def read(token, **changes):
    expected = {
        "keys": {KEY.kid: KEY.public, OTHER.kid: OTHER.public},
        "typ": Typ.JWT,
        "issuer": ISSUER,
        "now": NOW,
        "categories": {Category.SESSION},
    }
    return verify(token, **{**expected, **changes})


def session(**changes):
    return sign(KEY, {**CLAIMS, **changes}, header=SESSION)


def test_what_was_signed_comes_back():
    assert read(session()) == CLAIMS


def test_claims_beyond_ascii_come_back():
    assert read(session(name="Zoë 日本 \U0001f600"))["name"] == "Zoë 日本 \U0001f600"


def test_the_header_says_algorithm_kind_key_and_category_and_nothing_else():
    header = json.loads(base64.urlsafe_b64decode(session().split(".")[0] + "=="))
    assert header == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": "ins_2aBcDeFgHiJkLmNoPqRsTuVwXyZ",
        "cat": "cl_B7d4PD111AAA",
    }


def test_another_implementation_accepts_our_token_by_our_jwk():
    key = jwk.RSAKey.import_key(KEY.public_jwk())
    registry = jwt.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    assert jwt.decode(session(), key, registry=registry).claims == CLAIMS


def test_forgeries_have_names_of_their_own():
    names = [name for name, _, _ in FORGERIES]
    assert len(names) == len(set(names)) > 200


@pytest.mark.security("D1", "D2")
@pytest.mark.parametrize(
    ("token", "reason"),
    [(token, reason) for _, token, reason in FORGERIES],
    ids=[ascii(name) for name, _, _ in FORGERIES],
)
def test_a_forgery_is_refused_for_its_own_reason(token, reason):
    with pytest.raises(TokenRefused) as refusal:
        read(token)
    assert refusal.value.reason == reason
    assert str(refusal.value).isascii()


@pytest.mark.security("D1")
@given(st.integers(0, 2000), st.text(st.characters(), max_size=3))
def test_a_token_with_any_stretch_replaced_is_refused(place, text):
    token = session()
    place %= len(token)
    forged = token[:place] + text + token[place + max(1, len(text)) :]
    if forged != token:
        with pytest.raises(TokenRefused):
            read(forged)


@pytest.mark.security("D1")
@given(st.text(st.characters()) | st.text('eyJ{}[]".=-_A', max_size=40))
def test_no_text_does_anything_but_be_refused(text):
    with pytest.raises(TokenRefused):
        read(text)


KINDS = {
    "session": (Typ.JWT, Category.SESSION),
    "template": (Typ.JWT, Category.TEMPLATE),
    "machine": (Typ.JWT, Category.M2M),
    "id": (Typ.JWT, None),
    "access": (Typ.ACCESS, None),
    "logout": (Typ.LOGOUT, None),
    "ticket": (Typ.TICKET, None),
    "invitation": (Typ.INVITATION, None),
}


@pytest.mark.security("D2")
@pytest.mark.parametrize("wanted", KINDS)
@pytest.mark.parametrize("given", KINDS)
def test_one_kind_of_token_is_never_taken_for_another(given, wanted):
    typ, category = KINDS[given]
    token = sign(KEY, CLAIMS, typ=typ, header={"cat": category} if category else {})
    wanted_typ, wanted_category = KINDS[wanted]
    if given == wanted:
        assert read(token, typ=wanted_typ, categories={wanted_category}) == CLAIMS
    else:
        with pytest.raises(TokenRefused, match=r"wrong_(type|category)"):
            read(token, typ=wanted_typ, categories={wanted_category})


@pytest.mark.security("D2")
@pytest.mark.parametrize(
    ("claim", "offset", "leeway", "holds"),
    [
        ("exp", -4, 5, True),
        ("exp", -5, 5, False),
        ("exp", 0, 0, False),
        ("exp", 1, 0, True),
        ("exp", -29, 30, True),
        ("nbf", 5, 5, True),
        ("nbf", 6, 5, False),
        ("nbf", 0, 0, True),
        ("nbf", 1, 0, False),
        ("iat", 5, 5, True),
        ("iat", 6, 5, False),
        ("iat", 30, 30, True),
    ],
)
def test_the_leeway_moves_each_bound_by_its_seconds(claim, offset, leeway, holds):
    token = session(**{claim: SECONDS + offset})
    if holds:
        assert read(token, leeway_seconds=leeway)[claim] == SECONDS + offset
    else:
        with pytest.raises(TokenRefused):
            read(token, leeway_seconds=leeway)


@pytest.mark.security("D2")
@pytest.mark.parametrize("mistake", [{"leeway_seconds": -1}, {"leeway_seconds": 31}])
def test_a_leeway_beyond_thirty_seconds_is_a_mistake_of_the_caller(mistake):
    with pytest.raises(ValueError, match="leeway"):
        read(session(), **mistake)


@pytest.mark.parametrize("name", ["categories", "authorized_parties"])
def test_a_string_where_a_collection_belongs_is_a_mistake_of_the_caller(name):
    with pytest.raises(TypeError, match="collections"):
        read(session(), **{name: "cl_B7d4PD111AAA and more"})


@pytest.mark.security("D2")
@pytest.mark.parametrize("audience", ["api", ["api"], ["other", "api"]])
def test_an_audience_is_found_alone_or_in_a_list(audience):
    assert read(session(aud=audience), audience="api")["aud"] == audience


@pytest.mark.security("D2")
@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({}, "wrong_audience"),
        ({"aud": "apis"}, "wrong_audience"),
        ({"aud": []}, "wrong_audience"),
        ({"aud": ["api", 1]}, "claim_type"),
        ({"aud": {"api": True}}, "claim_type"),
        ({"aud": None}, "claim_type"),
    ],
)
def test_a_token_for_someone_else_is_refused(claims, reason):
    with pytest.raises(TokenRefused, match=reason):
        read(session(**claims), audience="api")


@pytest.mark.security("D2")
def test_the_authorized_party_must_be_one_that_is_allowed():
    without = sign(KEY, {k: v for k, v in CLAIMS.items() if k != "azp"}, header=SESSION)
    assert read(session(), authorized_parties={"https://app.example"})
    assert read(without, authorized_parties={"https://app.example", None})
    for token in (session(azp="https://evil.example"), without):
        with pytest.raises(TokenRefused, match="wrong_party"):
            read(token, authorized_parties={"https://app.example"})


@pytest.mark.security("D3")
def test_through_a_rotation_both_keys_verify_until_the_old_one_is_withdrawn():
    old, new = sign(KEY, CLAIMS, header=SESSION), sign(OTHER, CLAIMS, header=SESSION)
    overlap = {KEY.kid: KEY.public, OTHER.kid: OTHER.public}
    assert read(old, keys=overlap) == read(new, keys=overlap)
    assert read(new, keys={OTHER.kid: OTHER.public}) == CLAIMS
    with pytest.raises(TokenRefused, match="unknown_key"):
        read(old, keys={OTHER.kid: OTHER.public})


@pytest.mark.security("D1")
def test_one_key_under_the_name_of_another_does_not_verify():
    with pytest.raises(TokenRefused, match="bad_signature"):
        read(session(), keys={KEY.kid: OTHER.public})


@pytest.mark.parametrize("header", [{"alg": "none"}, {"kid": "x"}, {"typ": "x"}, {"jku": "x"}])
def test_a_header_that_we_would_refuse_is_not_signed(header):
    with pytest.raises(ValueError, match="category"):
        sign(KEY, CLAIMS, header=header)


@pytest.mark.parametrize("claims", [{"x": "y" * 13_000}, {"x": float("nan")}, {"x": "\ud800"}])
def test_claims_that_could_not_be_read_back_are_not_signed(claims):
    with pytest.raises(ValueError):  # noqa: PT011 - three makers, one type
        sign(KEY, {**CLAIMS, **claims})


def test_a_token_lives_by_the_clock_it_is_given():
    with pytest.raises(TokenRefused, match="expired: exp"):
        read(session(), now=NOW + timedelta(seconds=65))
