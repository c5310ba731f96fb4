"""Checks of proxies: asked for real, and kept."""

import dataclasses

import httpx
import pytest
from aiohttp import web

from charter.core.instance_domains import operations as instance_domains
from charter.core.instance_domains.model import InstanceDomainNotFound, ProxyConfigurationInvalid
from charter.core.proxy_checks import operations as proxy_checks
from charter.kernel.errors import MissingInput
from charter.outside.proxies import AppProxies
from tests.sites import Proxies, production, satellite
from tests.world import all_at_once, later, new_world


@pytest.fixture
async def proxying(app):
    """A proxy of an app on this machine: it adds a secret key and hands on to the server."""
    running = []

    async def start(secret_key):
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://auth.test"
        )

        async def forward(request):
            answer = await client.get(
                "/frontend" + request.path.removeprefix("/__clerk"),
                params=request.query,
                headers={"clerk-secret-key": secret_key, "clerk-proxy-url": "http://app.test"},
            )
            return web.Response(status=answer.status_code, body=answer.content)

        server = web.Application()
        server.router.add_get("/{rest:.*}", forward)
        runner = web.AppRunner(server)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        running.append((runner, client))
        port = runner.addresses[0][1]
        return f"http://127.0.0.1:{port}/__clerk"

    yield start
    for runner, client in running:
        await runner.cleanup()
        await client.aclose()


@pytest.fixture
def outgoing(platform):
    """The platform with the real way out."""
    return dataclasses.replace(platform, proxies=AppProxies())


def check(world, platform, **given):
    return world.call(None, proxy_checks.create, platform=platform, **given)


async def test_a_proxy_that_reaches_the_instance_passes_and_is_kept(world, outgoing, proxying):
    url = await proxying(world.keys.secret_key)
    found = await check(world, outgoing, proxy_url=url + "/")
    assert (found.is_successful, found.proxy_url) == (True, url)
    assert found.domain_id == world.instance_id.replace("ins_", "dmn_")
    [event] = await world.events("proxy.checked")
    assert event["after"]["is_successful"] is True


async def test_a_proxy_that_speaks_for_another_instance_fails(
    world, outgoing, proxying, platform, app
):
    other = await new_world(platform, app)
    url = await proxying(other.keys.secret_key)
    assert not (await check(world, outgoing, proxy_url=url)).is_successful


async def test_what_is_no_proxy_fails_and_takes_the_place_of_the_check_before(
    world, outgoing, proxying
):
    url = await proxying(world.keys.secret_key)
    first = await check(world, outgoing, proxy_url=url)
    moved = later(outgoing, minutes=5)
    second = await check(world, moved, proxy_url=url.replace("/__clerk", "/nothing"))
    assert (second.id, second.is_successful) == (first.id, False)
    assert second.last_run_at > first.last_run_at
    assert second.created_at == first.created_at


async def test_the_domains_own_proxy_is_asked_where_none_is_named(platform, app):
    live = await production(platform, app)
    made = await satellite(live)
    url = f"https://{made.name}/p"
    working = dataclasses.replace(platform, proxies=Proxies(url))
    with pytest.raises(MissingInput):
        await check(live, working, domain_id=made.id)
    patch = instance_domains.InstanceDomainPatch(proxy_url=url)
    await live.call(None, instance_domains.update, domain_id=made.id, patch=patch, platform=working)
    assert (await check(live, working, domain_id=made.id)).is_successful
    await live.close()


@pytest.mark.security("L1")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.1"])
async def test_in_production_nothing_of_our_own_network_is_asked(platform, app, outgoing, host):
    live = await production(platform, app)
    found = await check(live, outgoing, proxy_url=f"https://{host}/p")
    assert not found.is_successful
    with pytest.raises(ProxyConfigurationInvalid):
        await check(live, outgoing, proxy_url=f"http://{host}/p")
    await live.close()


async def test_a_domain_of_another_instance_is_not_there(world, platform, app, outgoing):
    other = await new_world(platform, app)
    theirs = other.instance_id.replace("ins_", "dmn_")
    with pytest.raises(InstanceDomainNotFound):
        await check(world, outgoing, domain_id=theirs, proxy_url="http://localhost:9/p")


async def test_a_domain_that_is_deleted_while_it_is_asked_keeps_no_check(platform, app):
    live = await production(platform, app)
    made = await satellite(live)

    class Deleting:
        async def is_healthy(self, _url, *, may_be_private):
            await live.call(None, instance_domains.delete, domain_id=made.id)
            return not may_be_private

    platform = dataclasses.replace(platform, proxies=Deleting())
    with pytest.raises(InstanceDomainNotFound):
        await check(live, platform, domain_id=made.id, proxy_url="https://a.test/p")
    await live.close()


async def test_checks_at_once_are_one_row(world, platform):
    broken = dataclasses.replace(platform, proxies=None)
    results = await all_at_once(
        *(check(world, broken, proxy_url=f"http://localhost:{port}") for port in range(1, 7))
    )
    assert len({each.id for each in results}) == 1
    assert not any(each.is_successful for each in results)
