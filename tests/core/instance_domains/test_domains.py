"""Domains of an instance: satellites come and go, the primary one stays."""

import dataclasses

import pytest

from charter.core.instance_domains import operations as instance_domains
from charter.core.instance_domains.model import (
    DomainUpdateForbidden,
    HomeUrlTaken,
    HostingDomain,
    InstanceDomainInvalid,
    InstanceDomainNotFound,
    InstanceDomainPatch,
    PrimaryDomainExists,
    PrimaryDomainNeeded,
    ProxyConfigurationInvalid,
    SatelliteLimitReached,
)
from charter.core.instances.hosts import hosts
from charter.core.instances.origins import is_allowed_origin
from tests.sites import Proxies, fresh_name, instance_of, production, satellite
from tests.world import all_at_once, new_world


@pytest.fixture
async def live(platform, app):
    """A production instance."""
    made = await production(platform, app)
    yield made
    await made.close()


def update(world, domain, **changes):
    platform = changes.pop("platform", None)
    patch = InstanceDomainPatch(**changes)
    return world.call(
        None, instance_domains.update, domain_id=domain.id, patch=patch, platform=platform
    )


async def all_of(world):
    return (await world.call(None, instance_domains.search)).items


async def test_an_instance_is_made_with_its_primary_domain(live, world):
    [primary] = await all_of(live)
    host = (await instance_of(live)).frontend_host
    assert (primary.name, primary.is_satellite) == (host.partition(".")[2], False)
    assert (primary.frontend_host, primary.held_host) == (host, host)
    [tried] = await all_of(world)
    assert (tried.name, tried.held_host) == ((await instance_of(world)).frontend_host, None)


async def test_a_satellite_in_production_is_reached_under_its_own_host(live):
    name = fresh_name()
    made = await satellite(live, f" {name.upper()}. ")
    assert (made.name, made.frontend_host) == (name, f"clerk.{name}")
    known = hosts(live.platform.database)
    assert await known.named(f"clerk.{name}") == live.instance_id
    assert await known.named(f"CLERK.{name}:443") == live.instance_id
    assert await known.named(name) is None
    assert (await live.events("instanceDomain.created"))[-1]["subject_id"] == made.id


async def test_pages_of_a_satellite_may_call_and_those_beside_it_may_not(live):
    made = await satellite(live)
    instance, addresses = await instance_of(live), live.platform.addresses
    for origin in (f"https://{made.name}", f"https://www.{made.name}"):
        assert is_allowed_origin(instance, addresses, origin)
    for origin in (f"http://{made.name}", f"https://evil-{made.name}", f"https://x.{made.name}"):
        assert not is_allowed_origin(instance, addresses, origin)
    await live.call(None, instance_domains.delete, domain_id=made.id)
    assert not is_allowed_origin(await instance_of(live), addresses, f"https://{made.name}")
    assert await hosts(live.platform.database).named(made.frontend_host) is None


async def test_in_development_a_satellite_is_a_host_of_the_machine(world):
    made = await satellite(world, "LocalHost:3001")
    assert (made.name, made.held_host) == ("localhost:3001", None)
    assert made.frontend_host == (await instance_of(world)).frontend_host


@pytest.mark.parametrize(
    "name",
    ["", " ", "x", "https://a.test", "a.test/b", "a b.test", "ann@a.test", "a.test:80", "1.2.3.4",
     "a..test", "-a.test", "x" * 64 + ".test", "a." * 127 + "test", "a.test\x00", "[::1]",
     "a_b.test"],
)  # fmt: skip
async def test_what_is_no_domain_of_an_app_is_refused(live, name):
    with pytest.raises((InstanceDomainInvalid, HostingDomain)):
        await satellite(live, name)
    assert len(await all_of(live)) == 1


@pytest.mark.parametrize("name", ["vercel.app", "mine.vercel.app", "co.uk", "a.github.io"])
async def test_domains_of_hosters_are_refused(live, name):
    with pytest.raises(HostingDomain):
        await satellite(live, name)


async def test_only_satellites_are_added(live):
    with pytest.raises(PrimaryDomainExists):
        await live.call(None, instance_domains.create, name=fresh_name(), is_satellite=False)


@pytest.mark.security("G1")
async def test_nobody_takes_a_host_that_another_instance_is_reached_under(live, platform, app):
    other = await production(platform, app)
    made = await satellite(live)
    primary, *_ = await all_of(live)
    for name in (made.name, primary.name):
        with pytest.raises(HomeUrlTaken):
            await satellite(live, name)
    with pytest.raises(HomeUrlTaken):
        await satellite(other, made.name)
    assert await hosts(platform.database).named(made.frontend_host) == live.instance_id
    await other.close()


@pytest.mark.security("G1")
async def test_of_two_instances_that_add_a_domain_at_once_one_has_it(live, platform, app):
    other, name = await production(platform, app), fresh_name()
    results = await all_at_once(*(satellite(each, name) for each in (live, other) * 3))
    assert sum(not isinstance(each, Exception) for each in results) == 1
    await other.close()


async def test_there_are_not_endlessly_many(live, monkeypatch):
    monkeypatch.setattr(instance_domains, "MOST_SATELLITES", 2)
    results = await all_at_once(*(satellite(live) for _ in range(5)))
    refused = [each for each in results if isinstance(each, Exception)]
    assert len(refused) == 3
    assert all(isinstance(each, SatelliteLimitReached) for each in refused)


async def test_the_primary_domain_is_not_deleted(live):
    [primary] = await all_of(live)
    with pytest.raises(PrimaryDomainNeeded):
        await live.call(None, instance_domains.delete, domain_id=primary.id)


@pytest.mark.security("G1")
async def test_domains_of_another_instance_are_not_there(live, world):
    made = await satellite(live)
    for call in (
        world.call(None, instance_domains.delete, domain_id=made.id),
        update(world, made, name="other.test"),
    ):
        with pytest.raises(InstanceDomainNotFound):
            await call
    assert made in await all_of(live)


async def test_a_satellite_takes_another_name(live):
    made, name = await satellite(live), fresh_name()
    after = await update(live, made, name=name)
    assert (after.name, after.frontend_host, after.held_host) == (name, *[f"clerk.{name}"] * 2)
    known = hosts(live.platform.database)
    assert await known.named(f"clerk.{name}") == live.instance_id
    assert await known.named(made.frontend_host) is None


async def test_without_its_part_before_a_name_is_the_registrable_one(live):
    name = fresh_name()
    made = await satellite(live, f"shop.{name}")
    assert made.name == f"shop.{name}"
    assert (await update(live, made, is_secondary=False)).name == name


async def test_a_proxy_is_set_once_it_works_and_taken_away_at_will(live):
    made = await satellite(live)
    proxy = f"https://{made.name}/__clerk"
    working = dataclasses.replace(live.platform, proxies=Proxies(proxy))
    after = await update(live, made, proxy_url=proxy + "/", platform=working)
    assert after.proxy_url == proxy
    assert working.proxies.asked == [f"{proxy}/v1/proxy-health?domain_id={made.id}"]
    assert (await instance_of(live)).satellites[0].proxy_url == proxy
    assert (await update(live, made, proxy_url=None)).proxy_url is None


async def test_a_proxy_that_does_not_work_is_not_set(live):
    made = await satellite(live)
    broken = dataclasses.replace(live.platform, proxies=Proxies())
    with pytest.raises(ProxyConfigurationInvalid):
        await update(live, made, proxy_url=f"https://{made.name}/p", platform=broken)
    with pytest.raises(ProxyConfigurationInvalid):
        await live.call(
            None, instance_domains.create, name=fresh_name(), is_satellite=True,
            proxy_url="https://x.test/p", platform=broken,
        )  # fmt: skip
    assert [each.proxy_url for each in await all_of(live)] == [None, None]


@pytest.mark.parametrize(
    "url",
    ["http://a.test/p", "https://ann@a.test", "https://a.test/?x=1", "https://a.test/#x", "x"],
)
async def test_what_is_no_address_of_a_proxy_is_not_even_asked(live, url):
    made, proxies = await satellite(live), Proxies("")
    platform = dataclasses.replace(live.platform, proxies=proxies)
    with pytest.raises(ProxyConfigurationInvalid):
        await update(live, made, proxy_url=url, platform=platform)
    assert proxies.asked == []


async def test_a_development_instance_keeps_its_host_and_has_no_proxy(world):
    [primary] = await all_of(world)
    for changes in ({"name": "other.test"}, {"proxy_url": "https://a.test/p"}):
        with pytest.raises(DomainUpdateForbidden):
            await update(world, primary, **changes)
    with pytest.raises(DomainUpdateForbidden):
        await satellite(world, proxy_url="https://a.test/p")


async def test_a_change_to_what_is_there_changes_nothing(live):
    made = await satellite(live)
    assert await update(live, made, name=made.name) == made
    assert await live.events("instanceDomain.updated") == []


async def test_new_instances_do_not_take_a_host_that_is_held(live, platform, app):
    made = await satellite(live)
    from charter.core.instances import operations as instances
    from charter.core.instances.model import Environment
    from charter.kernel.actor import Actor, ActorKind
    from charter.kernel.ids import new_id

    actor = Actor(ActorKind.OPERATOR, new_id("ins_"))
    with pytest.raises(HomeUrlTaken):
        await live.call(
            actor,
            instances.create,
            application_name="Second",
            environment=Environment.PRODUCTION,
            frontend_host=made.frontend_host,
        )
    other = await new_world(platform, app)
    assert len(await all_of(other)) == 1
