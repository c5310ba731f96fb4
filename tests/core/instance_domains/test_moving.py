"""A production instance moves to another domain."""

import pytest

from charter.core.instance_domains import moving
from charter.core.instance_domains import operations as instance_domains
from charter.core.instance_domains.model import (
    HomeUrlTaken,
    HostingDomain,
    InstanceDomainInvalid,
    InstanceDomainPatch,
    ProductionOnly,
)
from charter.core.instances.hosts import hosts
from charter.core.instances.origins import is_allowed_origin
from charter.core.keys.claimed import claimed_payload
from charter.core.keys.lookup import lookup
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionStatus
from tests.sent import work_off
from tests.sites import fresh_name, instance_of, production, satellite
from tests.world import all_at_once


@pytest.fixture
async def live(platform, app):
    """A production instance."""
    made = await production(platform, app)
    yield made
    await made.close()


def change(world, home_url, **more):
    return world.call(None, moving.change, home_url=home_url, **more)


async def a_session(world, name="ann"):
    """A session of a person, as a sign-in would make it, and its token."""
    user = await world.user(name)
    made = await world.call(None, sessions.create, user_id=user.id)
    return made, (await world.call(None, sessions.create_token, session_id=made.id)).jwt


async def turned(world, environment):
    """Make the instance one for trying out, or for real."""
    await world.sql(
        "UPDATE instances SET environment = $2 WHERE id = $1", world.instance_id, environment
    )
    lookup(world.platform).forget()


async def test_host_issuer_and_origins_follow_the_domain(live):
    before, name = await instance_of(live), fresh_name("moved")
    primary = await change(live, f"https://app.{name}/welcome")
    after = await instance_of(live)
    host = f"{before.frontend_host.partition('.')[0]}.{name}"
    assert (primary.name, after.frontend_host, after.issuer) == (name, host, f"https://{host}")
    assert is_allowed_origin(after, live.platform.addresses, f"https://app.{name}")
    assert not is_allowed_origin(after, live.platform.addresses, f"https://other.{name}")
    known = hosts(live.platform.database)
    assert await known.named(host) == live.instance_id
    assert await known.named(before.frontend_host) is None


async def test_with_several_apps_on_one_domain_the_part_before_it_counts(live):
    name = fresh_name("moved")
    assert (await change(live, f"https://shop.{name}", is_secondary=True)).name == f"shop.{name}"


async def test_every_session_from_before_ends(live):
    # Only a development instance has sessions without a browser.
    await turned(live, "development")
    made, _ = await a_session(live)
    await turned(live, "production")
    await change(live, f"https://{fresh_name('moved')}")
    await work_off(live)
    found = await live.call(None, sessions.get, session_id=made.id)
    assert found.status is SessionStatus.REVOKED
    assert len(await live.events("session.revoked")) == 1


async def test_sessions_end_batch_by_batch(world, monkeypatch):
    monkeypatch.setattr(moving, "BATCH", 2)
    made = [(await a_session(world, name))[0] for name in ("ann", "ben", "cat", "dan", "eve")]
    later = "2126-01-01T00:00:00+00:00"
    assert await world.call(None, moving.end_sessions, before=later) == 2
    await work_off(world)
    for each in made:
        found = await world.call(None, sessions.get, session_id=each.id)
        assert found.status is SessionStatus.REVOKED


async def test_sessions_begun_since_stay(world):
    made, _ = await a_session(world)
    before = made.created_at.isoformat()
    assert await world.call(None, moving.end_sessions, before=before) == 0


async def test_tokens_name_the_new_issuer(world):
    _, token = await a_session(world)
    assert claimed_payload(token)["iss"] == (await instance_of(world)).issuer


async def test_another_name_of_the_primary_domain_moves_too(live):
    [primary] = (await live.call(None, instance_domains.search)).items
    name = fresh_name("moved")
    after = await live.call(
        None,
        instance_domains.update,
        domain_id=primary.id,
        patch=InstanceDomainPatch(name=name),
    )
    assert (await instance_of(live)).frontend_host == after.frontend_host
    assert after.frontend_host.endswith(f".{name}")
    assert after.home_origin == f"https://{name}"


async def test_a_development_instance_has_no_domain_to_change(world):
    with pytest.raises(ProductionOnly):
        await change(world, "https://www.moved.test")


@pytest.mark.parametrize(
    "url", ["", "www.a.test", "http://a.test", "https://a.test:8443", "https://ann@a.test", "https://1.2.3.4"]
)  # fmt: skip
async def test_what_is_no_home_page_is_refused(live, url):
    before = await instance_of(live)
    with pytest.raises((InstanceDomainInvalid, HostingDomain)):
        await change(live, url)
    assert (await instance_of(live)).frontend_host == before.frontend_host


async def test_a_hosters_domain_is_no_home(live):
    with pytest.raises(HostingDomain):
        await change(live, "https://mine.vercel.app")


@pytest.mark.security("G1")
async def test_of_two_instances_that_move_to_one_domain_at_once_one_gets_there(live, platform, app):
    other = await production(platform, app)
    label = (await instance_of(live)).frontend_host.partition(".")[0]
    assert (await instance_of(other)).frontend_host.startswith(f"{label}.")
    url = f"https://www.{fresh_name('moved')}"
    results = await all_at_once(change(live, url), change(other, url))
    assert sum(isinstance(each, HomeUrlTaken) for each in results) == 1
    held = {(await instance_of(each)).frontend_host for each in (live, other)}
    assert len(held) == 2
    await other.close()


async def test_satellites_stay_where_they_are(live):
    made = await satellite(live)
    await change(live, f"https://{fresh_name('moved')}")
    assert await hosts(live.platform.database).named(made.frontend_host) == live.instance_id
