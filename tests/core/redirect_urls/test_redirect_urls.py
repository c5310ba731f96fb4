"""Single addresses outside an instance's sites that people may be sent back to."""

import pytest

from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.redirect_urls import operations
from charter.core.redirect_urls.model import (
    MOST,
    RedirectUrlExists,
    RedirectUrlInvalid,
    RedirectUrlLimitReached,
    RedirectUrlNotFound,
)
from charter.core.redirect_urls.normal_form import MAX_LENGTH, checked_redirect_url
from charter.core.sessions.handshaking import handshake, send_on
from charter.kernel.lists import Search
from tests.flows import Tab
from tests.world import all_at_once

APP = "my-app://oauth-callback"
PAGE = "https://elsewhere.test/back?from=us"


async def create(world, url=APP):
    return await world.call(None, operations.create, url=url)


@pytest.mark.security("J8")
@pytest.mark.parametrize("url", [APP, PAGE])
async def test_people_are_sent_back_to_a_listed_address_and_no_longer_when_it_is_gone(world, url):
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(send_on, redirect_url=url)
    made = await create(world, url)
    assert (await Tab(world).call(send_on, redirect_url=url)).location == url
    await world.call(None, operations.delete, redirect_url_id=made.id)
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(send_on, redirect_url=url)
    names = [each["name"] for each in await world.events() if "redirectUrl" in each["name"]]
    assert names == ["redirectUrl.created", "redirectUrl.deleted"]


@pytest.mark.security("J8")
@pytest.mark.parametrize(
    "url",
    [
        "my-app://oauth-callback/more",
        "my-app://oauth-callback?x=1",
        "my-app://other",
        "my-app2://oauth-callback",
        "https://elsewhere.test/back",
        "https://elsewhere.test/back?from=us&x=1",
        "https://elsewhere.test/back?from=us#x",
        "http://elsewhere.test/back?from=us",
        "https://elsewhere.test:8443/back?from=us",
        "https://ann@elsewhere.test/back?from=us",
        "https://elsewhere.test.evil.test/back?from=us",
    ],
)
async def test_what_is_like_a_listed_address_is_not_listed(world, url):
    for each in (APP, PAGE):
        await create(world, each)
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(send_on, redirect_url=url)


@pytest.mark.security("J8")
async def test_an_address_is_compared_as_browsers_read_it(world):
    await create(world, "HTTPS://Elsewhere.test:443/a/../back?from=us")
    assert (await Tab(world).call(send_on, redirect_url=PAGE)).location == PAGE
    with pytest.raises(RedirectUrlExists):
        await create(world, PAGE)


@pytest.mark.security("J8")
async def test_a_handshake_which_carries_a_session_ends_within_the_sites_alone(world):
    await create(world, PAGE)
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(handshake, redirect_url=PAGE, format="nonce")


@pytest.mark.security("G1")
async def test_instances_share_no_redirect_url(world, other_world):
    made = await create(other_world)
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(send_on, redirect_url=APP)
    for operation in (operations.get, operations.delete):
        with pytest.raises(RedirectUrlNotFound):
            await world.call(None, operation, redirect_url_id=made.id)


@pytest.mark.security("J8")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "/back",
        "//elsewhere.test",
        "elsewhere.test/back",
        "https:elsewhere.test",
        "https://",
        "https://ann@elsewhere.test/",
        "https://elsewhere.test/a b",
        "https://elsewhere.test\\@evil.test/",
        "https://elsewhere.test:99999/",
        "java\nscript://x",
        "javascript://%0aalert(1)",
        "JavaScript://%0aalert(1)",
        "data://text/html,x",
        "vbscript://x",
        "file:///etc/passwd",
        "blob://x",
        "intent://x#Intent;end",
        "ftp://elsewhere.test/",
        "1app://x",
        "https://elsewhere.test/" + "a" * MAX_LENGTH,
    ],
)
async def test_nobody_can_be_sent_to_what_is_no_address_of_an_app(world, url):
    with pytest.raises(RedirectUrlInvalid):
        await create(world, url)


def test_plain_http_is_for_trying_out():
    url = "http://192.0.2.7:3000/back"
    assert checked_redirect_url(url, may_be_plain=True) == url
    with pytest.raises(RedirectUrlInvalid):
        checked_redirect_url(url, may_be_plain=False)


async def test_of_many_at_once_one_address_is_listed_once(world):
    results = await all_at_once(*(create(world) for _ in range(6)))
    assert sum(isinstance(result, RedirectUrlExists) for result in results) == 5


async def test_only_so_many_are_listed_even_at_once(world):
    await world.sql(
        "INSERT INTO redirect_urls (instance_id, id, url, href, created_at, updated_at)"
        " SELECT $1, 'ru_' || n, 'app://' || n, 'app://' || n, now(), now()"
        " FROM generate_series(1, $2) AS n",
        world.instance_id,
        MOST - 1,
    )
    results = await all_at_once(*(create(world, f"my-app://{number}") for number in range(6)))
    assert sum(isinstance(result, RedirectUrlLimitReached) for result in results) == 5
    found = await world.call(None, operations.search, search=Search())
    assert found.total == MOST
