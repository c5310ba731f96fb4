"""The stream of new mail: nothing is missed, and nobody is kept waiting when a side leaves."""

import asyncio
import json

import falcon.asgi
import falcon.testing
import pytest

from charter.web.outbox.routes import HEARTBEAT_SECONDS, new_mail, routes
from tests.web.outbox_in_memory import Memory, message


def application(source, closing=None):
    app = falcon.asgi.App()
    for path, resource in routes(source, closing):
        app.add_route(path, resource)
    return app


async def events(stream) -> list[tuple[str, dict]]:
    """The id and the data of each event, until the stream ends."""
    text = (await stream.read()).decode()
    blocks = [
        dict(line.split(": ", 1) for line in part.splitlines()) for part in text.split("\n\n")
    ]
    return [(one["id"], json.loads(one["data"])) for one in blocks if one.get("event") == "mail"]


async def heard(source, asked, closing, meanwhile):
    """What a browser hears that asks so, while something happens and then the server closes."""
    async with (
        falcon.testing.ASGIConductor(application(source, closing)) as conductor,
        conductor.simulate_get_stream("/dev/outbox/events", **asked) as answer,
    ):
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        await meanwhile()
        await asyncio.sleep(0.05)
        closing.set()
        return await events(answer.stream)


async def nothing():
    pass


async def test_new_mail_is_told_as_it_comes():
    source, closing = Memory(message()), asyncio.Event()
    new = [message(subject="One\ndata: forged"), message(subject="Two")]

    async def post():
        for one in new:
            await source.add(one)
            await asyncio.sleep(0.02)

    asked = {"params": {"after": source.messages[0].id}}
    assert await heard(source, asked, closing, post) == [
        (one.id, {"id": one.id, "to_address": one.to_address, "subject": one.subject})
        for one in new
    ]


@pytest.mark.parametrize("way", ["headers", "params"])
async def test_who_comes_back_hears_what_was_missed(way):
    source = Memory(message(), message(), message())
    name = {"headers": "Last-Event-ID", "params": "after"}[way]
    asked = {way: {name: source.messages[0].id}}
    found = await heard(source, asked, asyncio.Event(), nothing)
    assert [found_id for found_id, _ in found] == [one.id for one in source.messages[1:]]


@pytest.mark.parametrize(
    "after", ["eml_none", "x\x00", "'; DROP TABLE messages", "eml_2aaaaaaaaaaaaaaaaaaaaaaaaaa"]
)
async def test_an_unknown_place_in_the_stream_means_everything(after):
    source = Memory(message())
    found = await heard(source, {"params": {"after": after}}, asyncio.Event(), nothing)
    assert [found_id for found_id, _ in found] == [source.messages[0].id]


async def test_the_stream_ends_at_once_when_the_server_closes():
    source, closing = Memory(), asyncio.Event()
    stream = new_mail(source, None, closing)
    await anext(stream)
    waiting = asyncio.ensure_future(anext(stream, None))
    await asyncio.sleep(0.02)
    closing.set()
    assert await asyncio.wait_for(waiting, HEARTBEAT_SECONDS / 4) is None


async def test_a_stream_that_is_cancelled_leaves_no_task_behind():
    before = asyncio.all_tasks()
    stream = new_mail(Memory(), None, asyncio.Event())
    await anext(stream)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.02)
    assert asyncio.all_tasks() == before


async def test_a_browser_that_leaves_is_noticed_within_two_seconds():
    app = application(Memory())
    before = asyncio.all_tasks()
    leaving = asyncio.Event()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        if request := next(asked, None):
            return request
        await leaving.wait()
        return {"type": "http.disconnect"}

    async def send(event):
        pass

    scope = falcon.testing.create_scope(path="/dev/outbox/events")
    serving = asyncio.ensure_future(app(scope, receive, send))
    await asyncio.sleep(0.05)
    assert not serving.done()
    leaving.set()
    await asyncio.wait_for(serving, 2)
    await asyncio.sleep(0.02)
    assert asyncio.all_tasks() == before


async def test_a_source_that_fails_ends_the_stream_and_not_the_server():
    class Broken(Memory):
        async def wait_for_new(self, after, timeout_seconds):
            raise ConnectionError("database gone")

    stream = new_mail(Broken(), None, asyncio.Event())
    await anext(stream)
    with pytest.raises(ConnectionError):
        await anext(stream)
