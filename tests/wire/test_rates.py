"""Rate limits: what counts for whom, and what those who are refused are told."""

import dataclasses
import re
from contextlib import asynccontextmanager
from types import SimpleNamespace

import httpx
import pytest

from charter.problems import SettingsProblem
from charter.server import create_app
from charter.settings import Settings
from charter.wire.rates import read_rates
from tests.browsing import Browser
from tests.machinery import make_machine
from tests.observing import observe


@asynccontextmanager
async def limited(world, settings, rates, *, address="203.0.113.5", key=None):
    """A client of a server with these rates."""
    app = create_app(
        dataclasses.replace(settings, rate_limits=rates), platform=world.platform, observe=observe
    )
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    headers = {} if key == "" else {"authorization": f"Bearer {key or world.keys.secret_key}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://api.test", headers=headers
    ) as client:
        client.app = app
        yield client


async def statuses(client, *asked):
    return [(await client.request(method, path)).status_code for method, path in asked]


def other(client, world, address="203.0.113.5", key=None):
    """Another caller of the same server."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=client.app, client=(address, 1)),
        base_url="http://api.test",
        headers={"authorization": f"Bearer {key or world.keys.secret_key}"},
    )


USERS = ("GET", "/v1/users")


@pytest.mark.security("M1")
async def test_what_is_too_much_is_told_when_to_come_back(world, settings):
    async with limited(world, settings, "key=2/30") as client:
        assert await statuses(client, USERS, USERS) == [200, 200]
        refused = await client.get("/v1/users")
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert refused.headers["ratelimit-policy"] == '"key";q=2;w=30'
    assert re.fullmatch(r'"key";r=0;t=\d+', refused.headers["ratelimit"])


@pytest.mark.security("M1")
async def test_one_address_does_not_use_up_what_another_may(world, settings):
    async with limited(world, settings, "address=1/30") as client:
        assert await statuses(client, USERS, USERS) == [200, 429]
        async with other(client, world, address="203.0.113.6") as neighbour:
            assert await statuses(neighbour, USERS) == [200]


@pytest.mark.security("M1")
async def test_addresses_of_one_ipv6_network_count_as_one(world, settings):
    async with limited(world, settings, "address=1/30", address="2001:db8::1") as client:
        assert await statuses(client, USERS) == [200]
        async with other(client, world, address="2001:db8::2") as rotated:
            assert await statuses(rotated, USERS) == [429]


@pytest.mark.security("M1")
@pytest.mark.parametrize("key", ["sk_test_guessed", ""])
async def test_who_shows_no_key_that_holds_is_counted_by_address(world, settings, key):
    async with limited(world, settings, "address=2/30", key=key) as client:
        assert await statuses(client, USERS, USERS, USERS) == [401, 401, 429]


@pytest.mark.security("M1")
async def test_two_keys_of_an_instance_are_counted_apart_and_together(world, settings):
    machine = (await make_machine(world)).secret
    asked = ("POST", "/v1/m2m_tokens")
    async with limited(world, settings, "key=2/30, instance=3/30") as client:
        assert await statuses(client, USERS, USERS, USERS) == [200, 200, 429]
        async with other(client, world, key=machine) as program:
            assert 429 not in await statuses(program, asked)
            assert await statuses(program, asked) == [429]


@pytest.mark.security("M1")
async def test_another_instance_is_not_told_to_wait(world, other_world, settings):
    async with limited(world, settings, "instance=1/30") as client:
        assert await statuses(client, USERS, USERS) == [200, 429]
        async with other(client, world, key=other_world.keys.secret_key) as neighbour:
            assert await statuses(neighbour, USERS) == [200]


@pytest.mark.security("M1")
async def test_what_an_address_asks_of_one_instance_does_not_count_for_another(
    world, other_world, settings
):
    async with limited(world, settings, "address:read=1/30") as client:
        assert await statuses(client, USERS, USERS) == [200, 429]
        async with other(client, world, key=other_world.keys.secret_key) as neighbour:
            assert await statuses(neighbour, USERS) == [200]


@pytest.mark.security("M1")
async def test_reading_writing_and_what_is_costly_are_counted_apart(world, settings):
    ann = await world.user("ann", password="correct horse battery")
    verify = f"/v1/users/{ann.id}/verify_password"
    async with limited(world, settings, "key:read=1/30, key:costly=1/30") as client:
        assert await statuses(client, USERS, USERS) == [200, 429]
        for expected in (200, 429):
            answer = await client.post(verify, json={"password": "correct horse battery"})
            assert answer.status_code == expected
        assert await statuses(client, ("POST", f"/v1/users/{ann.id}/lock")) == [200]


@pytest.mark.security("M1")
async def test_a_browser_is_counted_by_its_own_token(world, settings):
    async with limited(world, settings, "user=2/30", key="") as client:
        served = SimpleNamespace(client=client, instance_id=world.instance_id)
        first, second = Browser(served), Browser(served)
        for browser in (first, second):
            await browser.get("/client")  # is handed its token
        found = [(await first.get("/client")).status_code for _ in range(3)]
        assert found == [200, 200, 429]
        assert (await second.get("/client")).status_code == 200
        for browser in (first, second):
            await browser.close()


@pytest.mark.security("M1")
async def test_a_person_is_counted_wherever_they_come_from(world, settings):
    people = [await world.user(name) for name in ("ann", "ben")]
    async with limited(world, settings, "user=2/30") as client:

        async def listed(person, address):
            async with other(client, world, address) as caller:
                acting = {"charter-acting-user": person.id}
                path = "/rpc/v1/organizations/list"
                return (await caller.post(path, json={}, headers=acting)).status_code

        assert [await listed(people[0], f"203.0.113.{n}") for n in range(3)] == [200, 200, 429]
        assert await listed(people[1], "203.0.113.1") == 200


async def test_a_refused_browser_may_read_the_refusal(world, settings):
    async with limited(world, settings, "address=1/30", key="") as client:
        browser = Browser(SimpleNamespace(client=client, instance_id=world.instance_id))
        await browser.get("/client")
        refused = await browser.get("/client")
        await browser.close()
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == "http://app.test"
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


async def test_pages_that_belong_to_no_api_say_it_in_words(world, settings):
    async with limited(world, settings, "address=1/30") as client:
        await client.get("/.well-known/jwks.json")
        refused = await client.get("/account/sign-in")
    assert (refused.status_code, refused.headers["content-type"]) == (
        429,
        "text/plain; charset=utf-8",
    )
    assert refused.text == "Too many requests. Try again later."
    assert int(refused.headers["retry-after"]) >= 1


async def test_development_counts_nothing_and_production_does():
    assert read_rates(Settings(mode="development").rate_limits) == ()
    assert {rate.name for rate in read_rates(Settings(mode="production").rate_limits)} == {
        "address",
        "key",
        "user",
        "instance",
        "key:costly",
    }


@pytest.mark.parametrize(
    "text",
    ["key", "key=5", "key=0/10", "key=5/0", "key=5/99999", "person=5/10", "key:dear=5/1", ","],
)
def test_a_rate_that_cannot_be_read_is_told_in_one_sentence(text):
    with pytest.raises(SettingsProblem, match="A rate in rate_limits must"):
        read_rates(text)


@pytest.mark.security("M1")
async def test_what_browsers_ask_before_they_ask_counts_too(world, settings):
    """A preflight looks up who it is for, so a flood of them is a flood."""
    async with limited(world, settings, "address=2/30", key="") as client:
        paths = (f"/frontend/i/{world.instance_id}/v1/client", "/accounts/auth/sign-in")
        asked = [("OPTIONS", path) for path in paths]
        assert await statuses(client, *asked) == [204, 204]
        assert await statuses(client, *asked) == [429, 429]
