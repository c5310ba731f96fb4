"""The domain of the cookies that an app and its Frontend API share."""

from dataclasses import replace

import pytest

from charter.core.instances.model import Environment
from charter.core.keys.lookup import lookup
from charter.core.sessions.cookies import cookie_domain
from tests.browsing import Browser
from tests.world import new_world


@pytest.fixture
async def world(platform, app):
    """An instance that is for real."""
    made = await new_world(platform, app, Environment.PRODUCTION)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("clerk.example.com", "example.com"),
        ("clerk.accounts.example.com", "example.com"),
        ("example.com", "example.com"),
        ("clerk.example.co.uk", "example.co.uk"),
        ("clerk.ann.github.io", "ann.github.io"),
        ("github.io", None),
        ("localhost", None),
        ("127.0.0.1", None),
    ],
)
async def test_cookies_are_for_the_domain_that_somebody_registered(world, host, domain):
    instance = await lookup(world.platform).instance(world.instance_id)
    assert cookie_domain(replace(instance, frontend_host=host)) == domain
    assert cookie_domain(instance, host) == domain


async def test_behind_an_apps_proxy_cookies_are_for_the_site_of_the_app(world):
    proxied = Browser(world, origin=None)
    proxied.http.base_url = "http://auth.test/frontend/v1"
    secret = world.client.headers["authorization"].removeprefix("Bearer ")
    proxied.http.headers.update(
        {"clerk-proxy-url": "https://app.acme.test/__clerk", "clerk-secret-key": secret}
    )
    await world.configure(has_test_mode=True)
    await world.user("ann", password="a long pass phrase of mine")
    answer = await proxied.post(
        "/client/sign_ins",
        {"identifier": "ann@example.com", "password": "a long pass phrase of mine"},
    )
    told = [
        each for each in answer.headers.get_list("set-cookie") if each.startswith("__client_uat")
    ]
    assert len(told) == 2, answer.text
    assert all("Domain=acme.test;" in each for each in told)
    await proxied.close()
