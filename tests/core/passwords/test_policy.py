import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.core.passwords.errors import (
    PasswordCommon,
    PasswordContainsWord,
    PasswordTooLong,
    PasswordTooShort,
)
from charter.core.passwords.policy import MAXIMUM_LENGTH, _common, check, is_common
from charter.kernel.errors import Kind

COMMON = ["password", "123456789", "qwertyuiop", "iloveyou", "1q2w3e4r5t", "football", "trustno1"]
GOOD = "violet-tractor-hums"


@pytest.mark.parametrize("length", [1, 7])
def test_a_short_password_is_refused_with_the_minimum(length):
    with pytest.raises(PasswordTooShort) as caught:
        check("ž" * length)
    assert caught.value.meta == {"minimum_length": 8}
    assert caught.value.kind is Kind.UNPROCESSABLE
    assert "8" in caught.value.sentence()


def test_an_instance_may_ask_for_fifteen_characters():
    with pytest.raises(PasswordTooShort):
        check("blue tractor 7", minimum_length=15)
    check("blue tractor 77", minimum_length=15)


@pytest.mark.parametrize("length", [8, 14, 15, 64, 72, 73, 256, MAXIMUM_LENGTH])
def test_a_password_of_a_sensible_length_is_accepted(length):
    check(("zK4 ř日🔑w" * MAXIMUM_LENGTH)[:length])


def test_a_password_without_end_is_refused():
    with pytest.raises(PasswordTooLong):
        check("x" * (MAXIMUM_LENGTH + 1))


def test_an_instance_may_allow_fewer_characters_at_most():
    with pytest.raises(PasswordTooLong) as caught:
        check(GOOD * 4, maximum_length=72)
    assert caught.value.meta == {"maximum_length": 72}


def test_spaces_around_a_password_count():
    check("  zK4w! ", minimum_length=8)
    with pytest.raises(PasswordTooShort):
        check("  zK4w!", minimum_length=8)


@pytest.mark.parametrize("password", COMMON)
@pytest.mark.parametrize("change", [str, str.upper, str.title, lambda text: f" {text} "])
def test_a_common_password_is_refused_in_any_case(password, change):
    with pytest.raises(PasswordCommon):
        check(change(password))


def test_the_list_holds_at_least_the_top_ten_thousand():
    listed = _common()
    assert len(listed) >= 10_000
    assert "" not in listed
    assert all(is_common(password) for password in listed)


@pytest.mark.parametrize("password", [GOOD, "x7#Qp!9zLm", "пароль-трактора", "日本語のトラクター"])
def test_a_password_that_nobody_uses_is_not_common(password):
    assert not is_common(password)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("AcmeCorp2026!", "Acme"),
        ("my-CHARTER-login", "Charter"),
        ("corporation-x9k", "Acme Corporation"),
        ("xxann.leexx7", "ann.lee@example.org"),
        ("STRASSENBAHN 77", "Straßenbahn"),
        ("1-annabel-1", "annabel_lee"),
    ],
)
def test_a_password_with_a_name_in_it_is_refused(password, word):
    with pytest.raises(PasswordContainsWord):
        check(password, words=[word])


def test_the_host_of_an_address_and_short_names_do_not_count():
    check("violet example tractor", words=["ann@example.org"])
    check("bananas on toast", words=["Ann", "", "  ", "@", "Bo Li"])


@given(
    st.text(st.characters(categories=["Ll"]), min_size=12, max_size=40).filter(
        lambda text: not is_common(text)
    )
)
def test_no_mixture_of_characters_is_asked_for(password):
    check(password)
