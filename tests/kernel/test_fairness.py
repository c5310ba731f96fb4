"""A crowd of one instance waits behind itself, and others pass."""

import asyncio
import threading

import pytest

from charter.kernel.fairness import FairLine
from charter.kernel.work import Busy, WorkPool


@pytest.fixture
async def pool():
    pool = WorkPool(1, waiting=6)
    yield pool
    await pool.close()


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


def crowd(pool, party, count, function, *arguments):
    return [asyncio.ensure_future(pool.of(party).run(function, *arguments)) for _ in range(count)]


def test_parties_are_taken_in_turn_and_within_one_the_oldest():
    line = FairLine()
    for party, count in (("a", 3), ("b", 1), ("c", 2)):
        for number in range(count):
            line.join(party, f"{party}{number}")
    assert [line.take() for _ in range(len(line))] == ["a0", "b0", "c0", "a1", "c1", "a2"]


def test_who_left_is_not_taken():
    line = FairLine()
    line.join("a", "first")
    line.join("a", "second")
    assert line.leave("a", "first")
    assert not line.leave("a", "first")
    assert (line.take(), len(line)) == ("second", 0)


def test_a_party_of_whom_all_left_has_no_turn():
    line = FairLine()
    line.join("a", "only")
    line.join("b", "next")
    assert line.leave("a", "only")
    assert (line.take(), len(line)) == ("next", 0)


@pytest.mark.parametrize(("own", "pushes"), [(0, True), (1, True), (2, False), (3, False)])
def test_somebody_makes_room_only_for_a_party_that_stays_shorter(own, pushes):
    line = FairLine()
    for number in range(3):
        line.join("long", number)
    for number in range(own):
        line.join("own", -number)
    assert line.would_push_out("own") is pushes
    assert line.push_out("own") == (2 if pushes else None)
    assert len(line) == 3 + own - pushes


@pytest.mark.security("M3")
async def test_one_call_of_another_party_comes_right_after_the_one_that_runs(pool, gate):
    done = []
    first = crowd(pool, "noisy", 1, gate.wait)
    rest = [asyncio.ensure_future(pool.of("noisy").run(done.append, number)) for number in range(5)]
    quiet = crowd(pool, "quiet", 1, done.append, "quiet")
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*first, *rest, *quiet)
    assert done == [0, "quiet", 1, 2, 3, 4]


@pytest.mark.security("M3")
async def test_a_full_queue_refuses_the_crowd_and_not_who_comes_alone(pool, gate):
    noisy = crowd(pool, "noisy", 7, gate.wait)
    await asyncio.sleep(0)
    pool.of("quiet").check_room()
    with pytest.raises(Busy):
        pool.of("noisy").check_room()
    quiet = crowd(pool, "quiet", 1, gate.wait)
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*noisy, *quiet, return_exceptions=True)
    assert [isinstance(each, Busy) for each in results] == [False] * 6 + [True, False]
    assert pool.admitted == 0


async def test_who_left_the_queue_is_not_asked_to_make_room(pool, gate):
    noisy = crowd(pool, "noisy", 7, gate.wait)
    await asyncio.sleep(0)
    for each in noisy[1:5]:
        each.cancel()
    await asyncio.sleep(0)
    other = crowd(pool, "other", 4, gate.wait)
    quiet = crowd(pool, "quiet", 1, gate.wait)
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*noisy[:1], *noisy[5:], *other, *quiet, return_exceptions=True)
    assert [isinstance(each, Busy) for each in results] == [False] * 6 + [True, False]


@pytest.mark.security("M3")
async def test_turns_are_fair_too(pool):
    begun, end = [], asyncio.Event()

    async def take_a_turn(party):
        async with pool.of(party).turn():
            begun.append(party)
            await end.wait()

    noisy = [asyncio.create_task(take_a_turn("noisy")) for _ in range(7)]
    await asyncio.sleep(0)
    quiet = asyncio.create_task(take_a_turn("quiet"))
    await asyncio.sleep(0)
    end.set()
    results = await asyncio.gather(*noisy, quiet, return_exceptions=True)
    assert [isinstance(each, Busy) for each in results] == [False] * 6 + [True, False]
    assert begun == ["noisy", "noisy", "noisy", "quiet", "noisy", "noisy", "noisy"]


async def test_a_turn_that_came_when_its_caller_left_is_passed_on(pool):
    first, second = pool.of("a").turn(), pool.of("a").turn()
    await first.__aenter__()
    await second.__aenter__()

    async def wait_for_a_turn():
        async with pool.of("a").turn():
            return "had it"

    leaving, staying = (asyncio.create_task(wait_for_a_turn()) for _ in range(2))
    await asyncio.sleep(0)
    await first.__aexit__(None, None, None)
    leaving.cancel()
    assert await staying == "had it"
    await second.__aexit__(None, None, None)
    assert await wait_for_a_turn() == "had it"
    assert leaving.cancelled()


async def test_who_left_and_has_not_noticed_is_not_given_the_turn(pool):
    held = [pool.of("a").turn() for _ in range(2)]
    for each in held:
        await each.__aenter__()

    async def wait_for_a_turn():
        async with pool.of("a").turn():
            return "had it"

    leaving, staying = (asyncio.create_task(wait_for_a_turn()) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await held[0].__aexit__(None, None, None)
    assert await staying == "had it"
    await held[1].__aexit__(None, None, None)
