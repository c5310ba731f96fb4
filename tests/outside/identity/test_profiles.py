"""What providers say of people, in each provider's own words."""

from datetime import UTC, datetime, timedelta

import pytest

from charter.core.identity_providers.model import ProfileFailed
from charter.core.identity_providers.presets import PRESETS
from charter.outside.identity.profiles import identity, with_person

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ADDRESS = "ann@example.com"

SAID = {
    "github": ({"id": 7, "login": "ann", "avatar_url": "https://g.test/a.png"}, "7"),
    "discord": ({"id": "7", "email": ADDRESS, "verified": True, "username": "ann"}, "7"),
    "dropbox": (
        {
            "account_id": "dbid:7",
            "email": ADDRESS,
            "email_verified": True,
            "name": {"given_name": "Ann", "surname": "Archer"},
        },
        "dbid:7",
    ),
    "x": ({"data": {"id": "7", "username": "ann"}}, "7"),
    "facebook": ({"id": "7", "email": ADDRESS, "first_name": "Ann"}, "7"),
    "notion": ({"id": "7", "person": {"email": ADDRESS}}, "7"),
    "bitbucket": ({"uuid": "{7}", "username": "ann"}, "{7}"),
    "google": ({"sub": "7", "email": ADDRESS, "email_verified": True}, "7"),
    "apple": ({"sub": "7", "email": ADDRESS, "email_verified": "true"}, "7"),
    "microsoft": ({"sub": "7", "email": ADDRESS, "xms_edov": True}, "7"),
}
"""Provider → a profile of its, and the subject in it."""
ADDRESSES = {
    "github": [
        {"email": "old@example.com", "primary": False, "verified": True},
        {"email": ADDRESS, "primary": True, "verified": True},
    ],
    "bitbucket": {"values": [{"email": ADDRESS, "is_primary": True, "is_confirmed": True}]},
}
PROVE_NOTHING = {"facebook", "notion", "x"}


def read(name, profile, *, addresses=None, tokens=None):
    return identity(
        PRESETS[name],
        profile,
        issuer=PRESETS[name].issuer,
        tokens=tokens or {"access_token": "t"},
        addresses=addresses,
        at=NOW,
    )


@pytest.mark.parametrize("name", SAID)
def test_a_profile_names_its_person(name):
    profile, subject = SAID[name]
    found = read(name, profile, addresses=ADDRESSES.get(name))
    assert found.subject == subject
    assert found.email_address == (None if name == "x" else ADDRESS)
    assert found.is_email_verified is (name not in PROVE_NOTHING)


@pytest.mark.security("F2")
@pytest.mark.parametrize(
    ("name", "says", "is_proven"),
    [
        ("google", {"email_verified": "true"}, False),
        ("google", {"email_verified": 1}, False),
        ("google", {}, False),
        ("apple", {"email_verified": "true"}, True),
        ("apple", {"email_verified": "false"}, False),
        ("microsoft", {"email_verified": True}, False),
        ("microsoft", {"xms_edov": "1"}, True),
        ("microsoft", {"xms_edov": False}, False),
    ],
)
def test_an_address_is_proven_in_the_providers_own_words_alone(name, says, is_proven):
    found = read(name, {"sub": "7", "email": ADDRESS, **says})
    assert found.is_email_verified is is_proven


@pytest.mark.security("F2")
@pytest.mark.parametrize(
    "addresses",
    [
        None,
        "text",
        [],
        [{"email": ADDRESS, "primary": True, "verified": "true"}],
        [{"email": ADDRESS, "primary": False, "verified": True}],
        [{"email": ADDRESS, "primary": "true", "verified": True}, 7],
    ],
)
def test_an_address_of_a_list_is_proven_only_if_it_is_the_primary_one(addresses):
    found = read("github", {"id": 7, "email": ADDRESS}, addresses=addresses)
    assert not found.is_email_verified


@pytest.mark.parametrize("subject", [None, "", True, 7.5, [], "x" * 256, "a\nb", "a\x00b"])
def test_a_profile_without_a_subject_is_none(subject):
    with pytest.raises(ProfileFailed):
        read("google", {"sub": subject, "email": ADDRESS})


@pytest.mark.security("F10")
def test_what_is_no_text_or_no_link_is_left_out():
    found = read(
        "google",
        {
            "sub": "7",
            "email": "no address",
            "email_verified": True,
            "given_name": ["Ann"],
            "family_name": "x" * 1000,
            "preferred_username": "two\nlines",
            "picture": "javascript:alert(1)",
        },
    )
    assert (found.email_address, found.is_email_verified) == (None, False)
    assert (found.first_name, found.username, found.image_url) == (None, None, None)
    assert found.last_name == "x" * 255


@pytest.mark.parametrize(
    ("tokens", "scopes"),
    [({"scope": "a b"}, "a b"), ({"scope": "a,b"}, "a b"), ({}, "openid email profile")],
)
def test_scopes_are_those_that_were_granted(tokens, scopes):
    assert read("google", {"sub": "7"}, tokens=tokens).scopes == scopes


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [(60, 60), ("60", 60), (None, None), (-1, None), (True, None)]
)
def test_a_token_ends_when_the_provider_says(expires_in, seconds):
    found = read("google", {"sub": "7"}, tokens={"expires_in": expires_in})
    wanted = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert found.token_expires_at == wanted


@pytest.mark.parametrize("person", [None, "", "no json", "[]", '{"name": 7}'])
def test_what_apple_sends_beside_the_token_may_be_anything(person):
    assert with_person({"sub": "7"}, person) == {"sub": "7"}


def test_what_apple_sends_beside_the_token_is_a_name_and_nothing_else():
    sent = '{"name": {"firstName": "Ann", "lastName": "Archer"}, "email": "ben@example.com"}'
    found = with_person({"sub": "7", "email": ADDRESS}, sent)
    assert found == {
        "sub": "7",
        "email": ADDRESS,
        "given_name": "Ann",
        "family_name": "Archer",
    }
