"""Asking proxies of apps, over real connections."""

import pytest
from aiohttp import web

from charter.outside.proxies import AppProxies

HEALTHY = {"status": "healthy", "x_forwarded_for": "192.0.2.1"}


@pytest.fixture
async def peer(unused_tcp_port):
    """A server on this machine; it answers what the test says."""
    answers = {}

    async def answer(request):
        return answers[request.path](request)

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    yield f"http://127.0.0.1:{unused_tcp_port}", answers
    await runner.cleanup()


async def test_a_proxy_that_answers_for_the_api_is_healthy(peer):
    url, answers = peer
    answers["/p/v1/proxy-health"] = lambda _: web.json_response(HEALTHY)
    assert await AppProxies().is_healthy(f"{url}/p/v1/proxy-health", may_be_private=True)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.json_response({"status": "unhealthy", "message": "no"}),
        lambda: web.json_response(HEALTHY, status=503),
        lambda: web.json_response(["healthy"]),
        lambda: web.json_response({"status": ["healthy"]}),
        lambda: web.Response(text="<h1>Welcome</h1>"),
        lambda: web.Response(text="[" * 100_000),
        lambda: web.Response(body=b" " * 600_000),
        lambda: web.HTTPFound("/p"),
    ],
)
async def test_another_answer_is_not(peer, answer):
    url, answers = peer
    answers["/p"] = lambda _: answer()
    assert not await AppProxies().is_healthy(f"{url}/p", may_be_private=True)


@pytest.mark.security("L1")
async def test_in_production_nothing_of_our_own_network_is_asked(peer):
    url, answers = peer
    seen = []
    answers["/p"] = lambda request: seen.append(request) or web.json_response(HEALTHY)
    assert not await AppProxies().is_healthy(f"{url}/p", may_be_private=False)
    assert not await AppProxies().is_healthy(
        f"{url}/p".replace("http://", "https://"), may_be_private=False
    )
    assert seen == []


async def test_where_nothing_listens_there_is_no_proxy(unused_tcp_port):
    url = f"http://127.0.0.1:{unused_tcp_port}/p"
    assert not await AppProxies().is_healthy(url, may_be_private=True)
