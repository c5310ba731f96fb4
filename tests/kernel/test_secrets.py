"""Secrets: their shape, their typos, their digests, and the vault that seals them."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.kernel.secrets import (
    KEY_BYTES,
    SealRefused,
    Vault,
    digest,
    generate_key,
    new_secret,
    read_key,
    well_formed,
)

OLD = ("2026-01", bytes(range(32)))
NEW = ("2026-11", bytes(range(32, 64)))
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.mark.security("I1")
def test_a_secret_is_a_prefix_and_base62_of_at_least_160_bits():
    assert re.fullmatch(r"sk_test_[0-9A-Za-z]{49}", new_secret("sk_test_"))
    assert re.fullmatch(r"ak_[0-9A-Za-z]{33}", new_secret("ak_", 20))


@pytest.mark.security("I1")
@pytest.mark.parametrize("size_bytes", [0, 16, 19, 96])
def test_a_secret_of_another_size_is_refused(size_bytes):
    with pytest.raises(ValueError, match="20 to 95"):
        new_secret("ak_", size_bytes)


@pytest.mark.security("C1")
def test_the_characters_of_many_secrets_are_evenly_spread():
    # The first character holds the top of 256 bits in 62**43, uneven by arithmetic: left out.
    bodies = [new_secret("", 32)[1:43] for _ in range(500)]
    counts = [sum(body.count(character) for body in bodies) for character in BASE62]
    expected = sum(counts) / 62
    chi_squared = sum((count - expected) ** 2 / expected for count in counts)
    assert chi_squared < 140  # 61 degrees of freedom: beyond this once in 30 million runs
    assert len(set(bodies)) == 500


@pytest.mark.security("I1")
@given(st.integers(20, 95), st.sampled_from(["", "sk_live_", "mt_"]))
def test_every_new_secret_is_well_formed_for_its_own_prefix(size_bytes, prefix):
    made = new_secret(prefix, size_bytes)
    assert well_formed(prefix, made)
    assert not well_formed("xx_" + prefix, made)


@pytest.mark.security("I1")
def test_the_prefix_counts_in_the_checksum():
    made = new_secret("sk_test_")
    assert not well_formed("sk_live_", made.replace("sk_test_", "sk_live_"))


@pytest.mark.security("I1")
def test_every_single_wrong_character_is_noticed():
    made = new_secret("ak_", 20)
    for place in range(3, len(made)):
        for character in BASE62:
            wrong = made[:place] + character + made[place + 1 :]
            assert well_formed("ak_", wrong) is (wrong == made)


@pytest.mark.security("I1")
def test_two_neighbours_that_changed_places_are_noticed():
    made = new_secret("ak_", 20)
    for place in range(3, len(made) - 1):
        swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
        assert well_formed("ak_", swapped) is (swapped == made)


@pytest.mark.parametrize(
    "damage",
    [
        lambda made: "",
        lambda made: made[:-1],
        lambda made: made + "0",
        lambda made: made + "\n",
        lambda made: " " + made,
        lambda made: made[:-1] + "\u0661",
        lambda made: made[:-1] + "\ud800",
        lambda made: made * 1000,
        lambda made: "ak_" + "0" * 33,
    ],
)
def test_a_damaged_secret_is_not_well_formed(damage):
    assert not well_formed("ak_", damage(new_secret("ak_", 20)))


@pytest.mark.security("C1")
def test_a_digest_is_the_sha_256_of_the_text():
    assert digest("ak_abc") == hashlib.sha256(b"ak_abc").digest()
    assert len(digest("a lone surrogate \ud800")) == 32


def test_a_generated_key_reads_back_as_32_bytes():
    first, second = generate_key(), generate_key()
    assert len(read_key(first)) == KEY_BYTES
    assert read_key(first + "=\n") == read_key(first) != read_key(second)


@pytest.mark.parametrize("text", ["", "short", "!" * 43, "A" * 42, "A" * 44, "\u00e4" * 43])
def test_what_is_no_key_is_refused_without_being_repeated(text):
    with pytest.raises(ValueError, match="A key is 32 bytes") as refusal:
        read_key(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.security("P3")
@given(st.binary(max_size=300), st.text(min_size=1))
def test_what_was_sealed_opens_in_its_context(plaintext, context):
    context = context.encode("utf-8", "replace").decode()
    vault = Vault([OLD])
    assert vault.open(vault.seal(plaintext, context), context) == plaintext


@pytest.mark.security("P3")
def test_one_plaintext_is_never_sealed_alike():
    vault = Vault([OLD])
    assert len({vault.seal(b"seed", "totp:user_1") for _ in range(100)}) == 100


@pytest.mark.security("P3")
def test_a_sealed_value_shows_nothing_of_its_plaintext():
    assert b"JBSWY3DPEHPK3PXP" not in Vault([OLD]).seal(b"JBSWY3DPEHPK3PXP", "totp:user_1")


@pytest.mark.security("P3")
def test_a_value_moved_to_another_row_does_not_open():
    vault = Vault([OLD])
    with pytest.raises(SealRefused, match="broken"):
        vault.open(vault.seal(b"seed", "totp:user_1"), "totp:user_2")


@pytest.mark.security("P3")
def test_every_changed_byte_is_noticed():
    vault = Vault([OLD])
    sealed = vault.seal(b"seed", "totp:user_1")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealRefused):
            vault.open(bytes(changed), "totp:user_1")


@pytest.mark.security("P3")
@pytest.mark.parametrize("length", [0, 1, 2, 8, 9, 30])
def test_a_truncated_value_is_refused(length):
    vault = Vault([OLD])
    with pytest.raises(SealRefused):
        vault.open(vault.seal(b"seed", "totp:user_1")[:length], "totp:user_1")


@pytest.mark.security("P3")
def test_after_a_rotation_old_values_open_and_ask_to_be_sealed_again():
    before, after = Vault([OLD]), Vault([NEW, OLD])
    sealed = before.seal(b"seed", "totp:user_1")
    assert after.open(sealed, "totp:user_1") == b"seed"
    assert after.needs_rotation(sealed)
    again = after.seal(after.open(sealed, "totp:user_1"), "totp:user_1")
    assert not after.needs_rotation(again)
    assert Vault([NEW]).open(again, "totp:user_1") == b"seed"
    with pytest.raises(SealRefused, match="unknown_key"):
        Vault([NEW]).open(sealed, "totp:user_1")


@pytest.mark.security("P3")
def test_the_same_key_id_over_another_key_opens_nothing():
    sealed = Vault([OLD]).seal(b"seed", "totp:user_1")
    with pytest.raises(SealRefused, match="broken"):
        Vault([(OLD[0], NEW[1])]).open(sealed, "totp:user_1")


@pytest.mark.security("P3")
def test_the_name_of_the_key_is_sealed_with_the_value():
    vault = Vault([("a", NEW[1]), ("b", NEW[1])])
    sealed = vault.seal(b"seed", "totp:user_1")
    with pytest.raises(SealRefused, match="broken"):
        vault.open(sealed.replace(b"\x01\x01a", b"\x01\x01b", 1), "totp:user_1")


@pytest.mark.parametrize(
    "keys", [[], [("a", b"short")], [("", bytes(32))], [("a" * 256, bytes(32))], [OLD, OLD]]
)
def test_keys_that_make_no_vault_are_refused(keys):
    with pytest.raises(ValueError, match="vault"):
        Vault(keys)


def test_nothing_is_sealed_without_a_context():
    with pytest.raises(ValueError, match="context"):
        Vault([OLD]).seal(b"seed", "")


def test_a_mark_shows_who_wrote_a_text_and_for_what():
    vault = Vault([OLD])
    mark = vault.mark("text", "clients:ins_1")
    assert vault.is_marked("text", mark, "clients:ins_1")
    assert not vault.is_marked("texT", mark, "clients:ins_1")
    assert not vault.is_marked("text", mark, "clients:ins_2")
    assert not vault.is_marked("text", "", "clients:ins_1")
    # Where the context ends is marked too.
    assert not vault.is_marked("1text", mark, "clients:ins_")


def test_marks_outlast_a_rotation_and_not_the_key():
    mark = Vault([OLD]).mark("text", "clients")
    assert Vault([NEW, OLD]).is_marked("text", mark, "clients")
    assert not Vault([NEW]).is_marked("text", mark, "clients")


def test_a_vault_prints_the_names_of_its_keys_alone():
    assert repr(Vault([NEW, OLD])) == "Vault(2026-11, 2026-01)"
