"""Asking a service whether a person sits before the browser."""

import pytest
from aiohttp import web

from charter.outside.captcha import SiteVerify


@pytest.fixture
async def service():
    """A siteverify service on loopback; the forms it was sent are in `sent`."""
    sent = []

    async def answer(request: web.Request) -> web.Response:
        form = dict(await request.post())
        sent.append(form)
        return web.json_response({"success": form["response"] == "good"})

    app = web.Application()
    app.router.add_post("/siteverify", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/siteverify", sent
    await runner.cleanup()


async def test_the_service_decides_by_token_secret_and_address(service):
    url, sent = service
    captcha = SiteVerify(url, "our secret")
    assert await captcha.is_person("good", "192.0.2.1")
    assert not await captcha.is_person("bad", None)
    assert sent[0] == {"secret": "our secret", "response": "good", "remoteip": "192.0.2.1"}


async def test_with_the_service_away_people_are_let_through_and_huge_tokens_are_not():
    captcha = SiteVerify("http://127.0.0.1:9/siteverify", "our secret")
    assert await captcha.is_person("good", None)
    assert not await captcha.is_person("x" * 5000, None)
