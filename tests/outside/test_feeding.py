"""Pieces are taken in their order, a few wait, and what fails is told to whoever gives more."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from charter.outside.files.feeding import MOST_WAITING, Feed

PIECES = [bytes([number]) for number in range(100)]


@pytest.fixture
def threads():
    with ThreadPoolExecutor(4) as pool:
        yield pool


async def test_all_is_taken_in_its_order(threads):
    taken = []
    feed = Feed(threads, taken.append)
    for piece in PIECES:
        await feed.give(piece)
    await feed.end()
    assert taken == PIECES


async def test_whoever_gives_waits_when_enough_waits(threads):
    goes_on = threading.Event()
    feed = Feed(threads, lambda _: goes_on.wait())
    # One is taken while as many as may wait.
    for piece in PIECES[: MOST_WAITING + 1]:
        await asyncio.wait_for(feed.give(piece), 5)
        await asyncio.sleep(0.05)
    giving = asyncio.create_task(feed.give(b"more"))
    await asyncio.sleep(0.05)
    assert not giving.done()
    goes_on.set()
    await asyncio.wait_for(giving, 5)
    await feed.end()


async def test_what_fails_is_told(threads):
    def fail(_):
        raise OSError("the disk is full")

    async def give_all(feed):
        for piece in PIECES:
            await asyncio.wait_for(feed.give(piece), 5)

    feed = Feed(threads, fail)
    with pytest.raises(OSError, match="full"):
        await give_all(feed)
    with pytest.raises(OSError, match="full"):
        await feed.end()


async def test_the_end_comes_when_all_is_taken_though_the_caller_is_cancelled(threads):
    goes_on, taken = threading.Event(), []

    def take(piece):
        goes_on.wait()
        taken.append(piece)

    feed = Feed(threads, take)
    await feed.give(b"one")

    async def give_up():
        try:
            await asyncio.sleep(60)
        finally:
            await feed.end()

    task = asyncio.create_task(give_up())
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.sleep(0.02)
    assert not task.done()
    goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert taken == [b"one"]
