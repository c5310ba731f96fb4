"""What a browser is given: cookies that the app's scripts and servers can rely on."""

import re
from datetime import timedelta

import httpx
import pytest

from charter.core.keys.lookup import lookup
from tests.web.portal.visitor import Visitor

ANN = "ann@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def production(app, world):
    """A visitor over https, of an instance that is for real."""
    await world.user("ann", email=ANN, password=PASSWORD)
    await world.sql(
        "UPDATE instances SET environment = 'production', frontend_host = $2 WHERE id = $1"
        " RETURNING id",
        world.instance_id,
        f"auth.{world.instance_id.lower()}.example.com",
    )
    lookup(world.platform).forget()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://api.test") as client:
        yield Visitor(world, client)


async def sent(visitor, form, **filled):
    """The cookies that the answer to a form sets."""
    response = await visitor.client.post(
        form.action,
        data={**form.values, **filled},
        headers={"origin": "https://api.test", "sec-fetch-site": "same-origin"},
    )
    assert response.status_code == 303
    return response.headers.get_list("set-cookie")


@pytest.mark.security("C6")
async def test_for_real_every_cookie_needs_https(production):
    page = await production.open("sign-in")
    cookies = page.response.headers.get_list("set-cookie")
    cookies += await sent(production, page.form(), identifier=ANN)
    assert all("Secure" in each for each in cookies)


async def test_an_app_is_told_when_the_sessions_of_a_browser_change(production):
    page = await production.open("sign-in")
    await sent(production, page.form(), identifier=ANN)
    page = await production.open("sign-in/password")
    cookies = await sent(production, page.form(), password=PASSWORD)
    told = [each for each in cookies if each.startswith("__client_uat")]
    assert len(told) == 2
    assert all(re.match(r"__client_uat[\w-]*=[1-9]\d{9};", each) for each in told)
    assert all("HttpOnly" not in each for each in told)
    page = await production.open("sign-out")
    cookies = await sent(production, page.form("sign-out"))
    assert any(each.startswith("__client_uat=0;") for each in cookies)


@pytest.mark.security("C2")
async def test_a_browser_gets_a_new_token_when_somebody_signs_in(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.open("sign-in")
    await visitor.send(identifier=ANN)
    before = visitor.client.cookies["__client"]
    await visitor.send(password=PASSWORD)
    after = visitor.client.cookies["__client"]
    assert before != after
    visitor.client.cookies.delete("__client", domain="api.test")
    response = await visitor.client.get(
        f"{visitor.base}/profile", headers={"cookie": f"__client={before}"}
    )
    assert "sign-in" in response.headers["location"]


async def test_two_people_share_a_browser_and_take_turns(world, visitor):
    for name in ("ann", "ben"):
        await world.user(name, email=f"{name}@example.com", password=PASSWORD)
        await visitor.sign_in(f"{name}@example.com", PASSWORD)
    page = await visitor.open("accounts")
    assert "ann@example.com" in page.text
    assert "ben@example.com" in page.text
    first = next(form for form in page.read.forms if form.values.get("session_id"))
    await visitor.send(holding={"session_id": first.values["session_id"]})
    page = await visitor.open("sign-out")
    assert "ann@example.com" in page.text
    await visitor.send()
    page = await visitor.open("accounts")
    assert "ann@example.com" not in page.text
    await visitor.send("sign-out", {"all": "true"})
    assert (await visitor.open("accounts")).path == "sign-in"


async def test_a_session_that_has_ended_leads_to_the_sign_in(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await world.sql(
        "UPDATE sessions SET expire_at = $2 WHERE instance_id = $1 RETURNING id",
        world.instance_id,
        world.platform.clock() - timedelta(seconds=1),
    )
    assert (await visitor.open("profile")).path == "sign-in"


@pytest.mark.security("M1")
async def test_too_many_tries_are_told_with_a_time_to_wait(world, visitor):
    await world.user("ann", email="ann@real.example", password=PASSWORD)
    await visitor.open("sign-in")
    await visitor.send(identifier="ann@real.example")
    await visitor.open("sign-in/ways")
    statuses = []
    for _ in range(12):
        page = await visitor.send("sign-in/ways")
        statuses.append(page.status)
        if page.status != 200:
            break
    assert statuses[-1] == 429, statuses
    assert "Too many" in page.text
