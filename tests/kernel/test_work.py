import asyncio
import os
import sys
import threading
import time

import pytest

from charter.core.passwords.hashers import hash_new
from charter.kernel.errors import Kind
from charter.kernel.work import NICENESS, WAITING_PER_WORKER, Busy, WorkPool


class Meter:
    """Counts how many threads are inside `work` at once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.now = self.most = self.done = 0

    def work(self, seconds=0.002):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(seconds)
        with self.lock:
            self.now -= 1
            self.done += 1
        return self.done


@pytest.fixture
async def pool():
    pool = WorkPool(2, waiting=3, retry_after_seconds=7)
    yield pool
    await pool.close()


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


async def fill(pool, gate, count):
    tasks = [asyncio.create_task(pool.run(gate.wait)) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_a_function_gives_its_result(pool):
    assert await pool.run(divmod, 17, 5) == (3, 2)


async def test_a_function_that_fails_raises_and_frees_its_place(pool):
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            await pool.run(divmod, 1, 0)
    assert pool.admitted == 0


async def test_the_workers_are_the_cores_unless_said_otherwise():
    pool = WorkPool()
    assert pool.workers == len(os.sched_getaffinity(0))
    assert pool.capacity == pool.workers * (1 + WAITING_PER_WORKER)
    await pool.close()


async def test_of_200_calls_at_once_only_so_many_run_and_the_rest_waits():
    pool, meter = WorkPool(2, waiting=198), Meter()
    await asyncio.gather(*(pool.run(meter.work) for _ in range(200)))
    assert meter.done == 200
    assert meter.most == 2
    await pool.close()


async def test_a_call_beyond_the_queue_is_refused_at_once(pool, gate):
    tasks = await fill(pool, gate, 5)
    with pytest.raises(Busy) as caught:
        await pool.run(gate.wait)
    assert caught.value.kind is Kind.UNAVAILABLE
    assert caught.value.retry_after_seconds == 7
    gate.set()
    assert await asyncio.gather(*tasks) == [True] * 5
    assert await pool.run(int, "1") == 1


async def test_of_200_calls_at_a_full_pool_those_beyond_it_are_refused(pool, gate):
    tasks = await fill(pool, gate, 200)
    gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(result is True for result in results) == pool.capacity
    assert sum(isinstance(result, Busy) for result in results) == 200 - pool.capacity
    assert pool.admitted == 0


async def test_a_caller_that_is_cancelled_while_waiting_leaves_the_queue(pool, gate):
    tasks = await fill(pool, gate, 5)
    tasks[4].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[4]
    assert pool.admitted == 4
    last = (await fill(pool, gate, 1))[0]
    gate.set()
    assert await last is True


async def test_a_caller_that_is_cancelled_while_running_keeps_its_place_to_the_end(pool, gate):
    started = threading.Event()

    def work():
        started.set()
        gate.wait()

    task = asyncio.create_task(pool.run(work))
    await asyncio.to_thread(started.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert pool.admitted == 1
    gate.set()
    await pool.close()
    assert pool.admitted == 0


async def test_a_closed_pool_refuses():
    pool = WorkPool(1)
    await pool.close()
    with pytest.raises(Busy):
        await pool.run(int, "1")
    assert pool.admitted == 0


async def test_the_event_loop_stays_free_while_passwords_are_hashed():
    pool = WorkPool(2, waiting=200)
    hashing = asyncio.gather(*(pool.run(hash_new, f"password {n}") for n in range(40)))
    delays = []
    while not hashing.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        delays.append(time.perf_counter() - before)
    await hashing
    await pool.close()
    delays.sort()
    assert len(delays) > 20
    assert delays[len(delays) // 2] < 0.05


async def test_what_would_be_refused_can_be_refused_beforehand(pool, gate):
    pool.of("").check_room()
    tasks = await fill(pool, gate, pool.capacity)
    with pytest.raises(Busy) as refused:
        pool.of("").check_room()
    assert refused.value.retry_after_seconds == 7
    gate.set()
    await asyncio.gather(*tasks)
    pool.of("").check_room()


async def test_those_who_wait_for_a_turn_have_not_begun(pool):
    begun = []
    end = asyncio.Event()

    async def take_a_turn(number):
        async with pool.of("").turn():
            begun.append(number)
            await end.wait()

    tasks = [asyncio.create_task(take_a_turn(number)) for number in range(pool.capacity)]
    await asyncio.sleep(0.01)
    assert begun == list(range(pool.workers + 1))
    with pytest.raises(Busy) as refused:
        await take_a_turn(-1)
    assert refused.value.retry_after_seconds == 7
    end.set()
    await asyncio.gather(*tasks)
    assert begun == list(range(pool.capacity))


async def test_a_caller_who_leaves_the_line_makes_room(pool):
    end = asyncio.Event()

    async def take_a_turn():
        async with pool.of("").turn():
            await end.wait()

    tasks = [asyncio.create_task(take_a_turn()) for _ in range(pool.capacity)]
    await asyncio.sleep(0.01)
    tasks[-1].cancel()
    await asyncio.wait(tasks[-1:])
    late = asyncio.create_task(take_a_turn())
    await asyncio.sleep(0.01)
    assert not late.done()
    end.set()
    await asyncio.gather(*tasks[:-1], late)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
async def test_workers_stand_back_behind_the_event_loop(pool):
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert await pool.run(niceness) == min(19, niceness() + NICENESS)
