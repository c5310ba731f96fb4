"""Satellites: a browser that is signed in on the primary domain is so on another one too."""

import pytest

from charter.core.instance_domains import operations as instance_domains
from tests.browsing import PASSWORD
from tests.sites import Visitor, fresh_name, instance_of, production, query_of, satellite
from tests.world import all_at_once


@pytest.fixture
async def live(platform, app):
    """A production instance."""
    made = await production(platform, app)
    yield made
    await made.close()


@pytest.fixture
async def site(live):
    """A satellite of it."""
    return await satellite(live, fresh_name())


async def primary(live):
    return f"https://{(await instance_of(live)).frontend_host}"


async def signed_in(live, name="ann"):
    """A browser on which a person has signed in on the primary domain."""
    await live.user(name, password=PASSWORD)
    visitor = Visitor(live)
    answer = await visitor.post(
        f"{await primary(live)}/v1/client/sign_ins",
        {"identifier": f"{name}@example.com", "password": PASSWORD},
    )
    assert answer.json()["response"]["status"] == "complete", answer.text
    return visitor


def error(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def sessions_at(visitor, host):
    client = (await visitor.go(f"https://{host}/v1/client")).json()["response"]
    return [] if client is None else [each["user"]["id"] for each in client["sessions"]]


async def test_who_is_signed_in_on_the_primary_domain_is_so_on_the_satellite(live, site):
    visitor = await signed_in(live)
    page = f"https://{site.name}/cart"
    start = f"https://{site.frontend_host}/v1/client/sync?redirect_url={page}"
    steps = await visitor.walk(start, page)
    assert [each.partition("?")[0] for each in steps] == [
        f"{await primary(live)}/v1/client/sync",
        f"https://{site.frontend_host}/v1/client/link",
        page,
    ]
    assert query_of(steps[-1]) == {"__clerk_synced": "true"}
    assert await sessions_at(visitor, site.frontend_host) == [live.people["ann"]]


async def test_the_app_of_the_satellite_learns_when_its_sessions_changed(live, site):
    visitor = await signed_in(live)
    page = f"https://{site.name}/"
    await visitor.walk(f"https://{site.frontend_host}/v1/client/sync?redirect_url={page}", page)
    found = {each.name: each for each in visitor.http.cookies.jar if each.domain == f".{site.name}"}
    assert int(found["__client_uat"].value) > 0


async def test_who_signs_out_on_one_is_signed_out_on_both(live, site):
    visitor = await signed_in(live)
    page = f"https://{site.name}/"
    await visitor.walk(f"https://{site.frontend_host}/v1/client/sync?redirect_url={page}", page)
    out = await visitor.post(
        f"https://{site.frontend_host}/v1/client/sessions", {}, params={"_method": "DELETE"}
    )
    assert out.status_code == 200, out.text
    assert await sessions_at(visitor, (await instance_of(live)).frontend_host) == []


async def test_nobody_on_the_primary_domain_is_nobody_on_the_satellite(live, site):
    visitor, page = Visitor(live), f"https://{site.name}/"
    start = f"https://{site.frontend_host}/v1/client/sync?redirect_url={page}"
    assert query_of((await visitor.walk(start, page))[-1]) == {"__clerk_synced": "true"}
    assert await sessions_at(visitor, site.frontend_host) == []


async def test_a_handshake_at_a_satellite_asks_the_primary_domain_first(live, site):
    visitor = await signed_in(live)
    page = f"https://{site.name}/orders"
    start = f"https://{site.frontend_host}/v1/client/handshake?redirect_url={page}&format=nonce"
    steps = await visitor.walk(start, page)
    assert len(steps) == 4
    assert query_of(steps[-1])["__clerk_synced"] == "true"
    nonce = next(
        each.value for each in visitor.http.cookies.jar if each.name == "__clerk_handshake_nonce"
    )
    taken = await live.get("/clients/handshake_payload", params={"nonce": nonce})
    directives = taken.json()["directives"]
    assert any(each.startswith("__session=ey") for each in directives)
    again = await visitor.walk(start, page)
    assert len(again) == 1, "it knows somebody now"


@pytest.mark.security("J3")
async def test_a_link_works_in_the_browser_that_began_it_alone(live, site):
    attacker = await signed_in(live, "eve")
    page = f"https://{site.name}/"
    start = f"https://{site.frontend_host}/v1/client/sync?redirect_url={page}"
    link = f"https://{site.frontend_host}/v1/client/link"
    [*_, stolen] = await attacker.walk(start, link)
    victim = Visitor(live)
    refused = await victim.go(stolen)
    assert error(refused) == (403, "sync_nonce_already_consumed")
    await victim.walk(start, link)
    assert error(await victim.go(stolen)) == (403, "sync_nonce_already_consumed")
    assert await sessions_at(victim, site.frontend_host) == []
    assert (await attacker.go(stolen)).status_code == 307


async def test_a_link_works_once(live, site):
    visitor = await signed_in(live)
    start = f"https://{site.frontend_host}/v1/client/sync?redirect_url=https://{site.name}/"
    [*_, link] = await visitor.walk(start, f"https://{site.frontend_host}/v1/client/link")
    results = await all_at_once(*(visitor.go(link) for _ in range(4)))
    assert sorted(each.status_code for each in results) == [307, 403, 403, 403]


@pytest.mark.security("J3")
async def test_nothing_is_kept_of_a_client_that_was_handed_over(live, site):
    visitor, page = await signed_in(live), f"https://{site.name}/"
    start = f"https://{site.frontend_host}/v1/client/sync?redirect_url={page}"
    [*_, link] = await visitor.walk(start, f"https://{site.frontend_host}/v1/client/link")
    query = "SELECT id FROM grants WHERE instance_id = $1 AND purpose = 'satellite_link'"
    assert len(await live.sql(query, live.instance_id)) == 1
    assert (await visitor.go(link)).status_code == 307
    assert await live.sql(query, live.instance_id) == []


async def test_a_link_works_on_its_own_satellite_alone(live, site):
    other = await satellite(live)
    visitor = await signed_in(live)
    # Whoever has been on both is the same client on both.
    for each in (site, other):
        page = f"https://{each.name}/"
        await visitor.walk(f"https://{each.frontend_host}/v1/client/sync?redirect_url={page}", page)
    start = f"https://{site.frontend_host}/v1/client/sync?redirect_url=https://{site.name}/"
    [*_, link] = await visitor.walk(start, f"https://{site.frontend_host}/v1/client/link")
    elsewhere = link.replace(site.frontend_host, other.frontend_host)
    assert error(await visitor.go(elsewhere)) == (403, "sync_nonce_already_consumed")
    at_primary = link.replace(f"https://{site.frontend_host}", await primary(live))
    assert error(await visitor.go(at_primary)) == (403, "sync_nonce_already_consumed")


@pytest.mark.security("J8")
@pytest.mark.parametrize("page", ["https://evil.test/", "//evil.test", "javascript:alert(1)", ""])
async def test_nobody_is_sent_to_pages_of_others(live, site, page):
    visitor = await signed_in(live)
    for start in (f"https://{site.frontend_host}", await primary(live)):
        answer = await visitor.go(
            f"{start}/v1/client/sync",
            params={"redirect_url": page, "link_domain": site.name, "state": "x"},
        )
        assert answer.status_code == 422, answer.text


@pytest.mark.security("J8")
async def test_no_client_is_taken_to_a_domain_that_is_no_satellite(live, site):
    visitor = await signed_in(live)
    await live.call(None, instance_domains.delete, domain_id=site.id)
    good = await satellite(live)
    answer = await visitor.go(
        f"{await primary(live)}/v1/client/sync",
        params={"redirect_url": f"https://{good.name}/", "link_domain": site.name, "state": "x"},
    )
    assert error(answer) == (422, "invalid_redirect_url")


async def test_who_begins_at_the_primary_domain_is_bound_at_the_satellite_first(live, site):
    visitor = await signed_in(live)
    page = f"https://{site.name}/"
    start = f"{await primary(live)}/v1/client/sync?link_domain={site.name}&redirect_url={page}"
    steps = await visitor.walk(start, page)
    assert steps[0].startswith(f"https://{site.frontend_host}/v1/client/sync?")
    assert await sessions_at(visitor, site.frontend_host) == [live.people["ann"]]


async def test_nobody_signs_in_or_up_on_a_satellite(live, site):
    visitor = Visitor(live)
    for path in ("sign_ins", "sign_ups"):
        answer = await visitor.post(f"https://{site.frontend_host}/v1/client/{path}", {})
        assert error(answer) == (403, "operation_not_allowed_on_satellite_domain")


@pytest.mark.security("K2")
async def test_pages_of_a_satellite_may_call_and_others_may_not(live, site):
    visitor = Visitor(live)
    url = f"https://{site.frontend_host}/v1/environment"
    own = await visitor.go(url, headers={"origin": f"https://{site.name}"})
    assert own.headers["access-control-allow-origin"] == f"https://{site.name}"
    other = await visitor.go(url, headers={"origin": "https://evil.test"})
    assert error(other) == (400, "origin_invalid")


async def test_in_development_all_domains_share_one_frontend_api(world):
    await satellite(world, "localhost:3001")
    browser = world.browser()
    answer = await browser.get("/client/sync", redirect_url="http://localhost:3001/x")
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://localhost:3001/x?__clerk_synced=true"
    await browser.close()
