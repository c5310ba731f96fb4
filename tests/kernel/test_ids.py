"""Identifiers: their shape, their order, and what is not one."""

import re
import timeit
from datetime import UTC, datetime, timedelta

import pytest

from charter.kernel.ids import (
    BODY_LENGTH,
    LARGEST_BODY,
    base62,
    hex_id,
    is_hex_id,
    is_id,
    new_id,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_id_is_its_prefix_and_twenty_seven_base62_characters():
    assert re.fullmatch(r"user_[0-9A-Za-z]{27}", new_id("user_"))


def test_the_published_example_of_ksuid_is_written_the_same():
    # github.com/segmentio/ksuid, README: time 107608047, payload B5A1CD34B5F99D1154FB6853345C9735.
    number = (107608047 << 128) | 0xB5A1CD34B5F99D1154FB6853345C9735
    assert base62(number) == "0ujtsYcgvSTl8PAuAdqWYSMnLOv"


def test_the_smallest_and_largest_bodies_keep_their_length():
    assert base62(0) == "0" * BODY_LENGTH
    assert base62(2**160 - 1) == LARGEST_BODY


def test_ids_of_later_seconds_sort_later():
    moments = [NOON + timedelta(seconds=second) for second in range(200)]
    ids = [new_id("org_", moment) for moment in moments]
    assert ids == sorted(ids)


def test_the_time_zone_of_the_moment_does_not_matter():
    east = NOON.astimezone(datetime.now().astimezone().tzinfo)
    assert new_id("org_", NOON)[4:9] == new_id("org_", east)[4:9]


def test_ids_of_one_second_differ():
    assert len({new_id("user_", NOON) for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 20, 12),  # noqa: DTZ001 - naive on purpose
        datetime(2014, 5, 13, tzinfo=UTC),
        datetime(2151, 1, 1, tzinfo=UTC),
    ],
)
def test_a_moment_that_no_id_can_hold_is_refused(moment):
    with pytest.raises(ValueError, match="time"):
        new_id("user_", moment)


def test_a_new_id_is_an_id_of_its_kind_only():
    made = new_id("user_")
    assert is_id("user_", made)
    assert not is_id("org_", made)
    assert not is_id("", made)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "0" * 26,
        "0" * 28,
        "0" * 26 + "-",
        "0" * 26 + "\n",
        "0" * 27 + "\n",
        "0" * 26 + "\u0660",  # an Arabic zero: a digit, but not ours
        "zzzzzzzzzzzzzzzzzzzzzzzzzzz",  # more than twenty bytes hold
        "../../../../../../etc/passw",
    ],
)
def test_what_only_resembles_an_id_is_none(body):
    assert not is_id("user_", "user_" + body)


def test_a_hex_id_has_thirty_two_hex_digits():
    made = hex_id("ak_")
    assert is_hex_id("ak_", made)
    assert not is_hex_id("mt_", made)
    assert not is_hex_id("ak_", made.upper())
    assert not is_hex_id("ak_", made + "0")
    assert not is_hex_id("ak_", made[:-1] + "\n")


def test_an_id_costs_microseconds():
    # The bound is loose for loaded machines; 2 microseconds are usual.
    assert min(timeit.repeat(lambda: new_id("user_"), number=2000, repeat=7)) / 2000 < 15e-6
