"""Windows in which requests are counted: of a process, and of a store that is shared."""

import asyncio

import pytest
from limits import RateLimitItemPerSecond

from charter.outside.counting import ProcessMemory, open_counter
from charter.problems import SettingsProblem
from tests.processes import free_port
from tests.redis import running_redis


def a_limit(most=100, seconds=30):
    return RateLimitItemPerSecond(most, seconds)


@pytest.mark.security("M1")
async def test_a_burst_of_several_processes_is_counted_exactly():
    with running_redis() as url:
        counters = [open_counter(url) for _ in range(4)]
        tried = [each.hit(a_limit(), "key") for each in counters for _ in range(60)]
        allowed = sum(await asyncio.gather(*tried))
        window = await counters[0].get_window_stats(a_limit(), "key")
        for each in counters:
            await each.close()
    assert allowed == 100
    assert window.remaining == 0


async def test_a_window_that_has_ended_begins_anew():
    for store in (None, "redis"):
        with running_redis() as url:
            counter = open_counter(url if store else None)
            assert [await counter.hit(a_limit(1, 1), "key") for _ in range(2)] == [True, False]
            await asyncio.sleep(1.1)
            assert await counter.hit(a_limit(1, 1), "key")
            await counter.close()


async def test_while_the_store_is_away_each_process_counts_for_itself():
    port = free_port()
    counter = open_counter(f"redis://127.0.0.1:{port}/0")
    assert [await counter.hit(a_limit(1), "key") for _ in range(2)] == [True, False]
    assert (await counter.get_window_stats(a_limit(1), "key")).remaining == 0
    await counter.close()


async def test_a_store_that_comes_back_is_asked_again(monkeypatch):
    monkeypatch.setattr("charter.outside.counting.PAUSE_SECONDS", 0.0)
    port = free_port()
    counter, neighbour = (open_counter(f"redis://127.0.0.1:{port}/0") for _ in range(2))
    assert await counter.hit(a_limit(1), "key")
    with running_redis(port):
        assert await counter.hit(a_limit(1), "key")
        assert not await neighbour.hit(a_limit(1), "key")
        await counter.close()
        await neighbour.close()


async def test_a_process_keeps_so_many_windows_and_no_more():
    memory = ProcessMemory(most=100)
    for number in range(1000):
        await memory.incr(f"address {number}", 30)
    assert 0 < await memory.reset() <= 100


async def test_windows_that_have_ended_are_forgotten_before_those_that_run():
    memory = ProcessMemory(most=10)
    for number in range(9):
        await memory.incr(f"short {number}", 0.01)
    await memory.incr("long", 30)
    await asyncio.sleep(0.02)
    for number in range(9):
        await memory.incr(f"next {number}", 30)
    assert await memory.get("long") == 1


@pytest.mark.parametrize(
    "url", ["memory://", "redis://", "http://store", "redis://[", "redis://h:0"]
)
def test_a_store_of_another_kind_is_told_in_one_sentence(url):
    with pytest.raises(SettingsProblem, match="must be a URL like redis://"):
        open_counter(url)
