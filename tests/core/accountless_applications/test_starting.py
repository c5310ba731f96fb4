"""An app without keys gets an instance of its own, as far as the operator lets it."""

import asyncio
import dataclasses

import pytest

from charter.bootstrap import first_instance
from charter.core.accountless_applications import queries
from charter.core.accountless_applications.addresses import new_frontend_host
from charter.core.accountless_applications.model import (
    KeylessStartDisabled,
    KeylessStartsExhausted,
)
from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import lookup
from charter.core.limits.limiting import KEYLESS_STARTS, TooManyAttempts
from charter.core.roles import operations as roles
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from charter.kernel.platform import Addresses
from charter.platform import create_platform
from tests.conftest import new_database
from tests.keyless import somewhere, start, world_of
from tests.world import all_at_once


async def test_an_app_gets_a_development_instance_with_all_that_any_has(platform, app):
    made = await start(platform)
    world = world_of(platform, app, made)
    assert made.instance.environment == "development"
    assert made.application.source == "nextjs"
    assert (await lookup(platform).actor_of(made.secret_key)).instance_id == made.instance.id
    assert len((await lookup(platform).signing_keys(made.instance.id)).rows) == 2
    found = await world.call(None, roles.search, search=Search(limit=100))
    assert {"org:admin", "org:member"} <= {row.key for row in found.items}
    assert (await world.user("ann")).id.startswith("user_")
    names = [event["name"] for event in await world.events()]
    assert names[:2] == ["instance.created", "accountlessApplication.created"]
    assert made.claim_token not in str([dict(event) for event in await world.events()])


async def test_each_has_a_host_of_its_own_that_leads_to_it(platform):
    made, other = await start(platform), await start(platform)
    known = hosts(platform.database)
    assert await known.named(made.instance.frontend_host) == made.instance.id
    assert await known.named(other.instance.frontend_host) == other.instance.id
    assert made.instance.frontend_host.endswith(".auth.test")


@pytest.mark.parametrize(
    ("url", "end"),
    [
        ("http://localhost:8000", ".localhost:8000"),
        ("http://127.0.0.1:8000", ".localhost:8000"),
        ("http://[::1]:8000", ".localhost:8000"),
        ("https://auth.example.com", ".auth.example.com"),
        ("https://Auth.example.com:8443", ".auth.example.com:8443"),
    ],
)
def test_the_host_is_below_that_of_the_server_or_of_this_machine(url, end):
    host = new_frontend_host(Addresses(frontend_url=url))
    assert host.endswith(end)
    assert host.removesuffix(end).startswith("app-")


async def test_none_is_made_where_the_operator_does_not_offer_it(platform):
    closed = dataclasses.replace(platform, most_keyless_starts=0)
    before = await queries.count(platform.database.reading(""))
    with pytest.raises(KeylessStartDisabled):
        await start(closed)
    assert await queries.count(platform.database.reading("")) == before


async def test_of_many_at_once_no_more_are_made_than_the_operator_lets_in(platform):
    there = await queries.count(platform.database.reading(""))
    narrow = dataclasses.replace(platform, most_keyless_starts=there + 2)
    results = await all_at_once(*(start(narrow) for _ in range(5)))
    assert sum(isinstance(each, KeylessStartsExhausted) for each in results) == 3
    assert await queries.count(platform.database.reading("")) == there + 2
    with pytest.raises(KeylessStartsExhausted):
        await start(narrow)


@pytest.mark.security("L2")
async def test_an_address_makes_a_few_in_an_hour_and_hinders_no_other(platform):
    address = somewhere()
    for _ in range(KEYLESS_STARTS.most):
        await start(platform, address=address)
    # Another address of the same customer is the same one.
    with pytest.raises(TooManyAttempts):
        await start(platform, address=address.replace("::1", "::2"))
    other = await start(platform)
    assert (await lookup(platform).instance(other.instance.id)).is_accountless


@pytest.mark.parametrize("source", ["", "x" * 37, "<b>", "Next JS", "a\x00", "nextjs\n", "é"])
async def test_a_framework_has_a_plain_name(platform, source):
    with pytest.raises(InvalidInput) as refused:
        await start(platform, source=source)
    assert refused.value.parameter == "source"


def test_the_operators_own_instance_remains_the_servers_only_one(postgres_url, settings):
    async def story(url):
        platform = create_platform(dataclasses.replace(settings, database_url=url))
        await platform.database.open()
        try:
            await start(platform)
            own = await first_instance(platform)
            made = await start(platform)
            # The operator's keys are never those of an app that came by.
            assert (await first_instance(platform)).instance_id == own.instance_id
            found = await hosts(platform.database).instance_of("localhost:8000")
            assert found == own.instance_id
            assert made.instance.id != own.instance_id
        finally:
            await platform.database.close()
            await platform.work.close()

    with new_database(postgres_url) as url:
        asyncio.run(story(url))
