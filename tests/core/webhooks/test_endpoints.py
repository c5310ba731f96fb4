"""Endpoints: made, changed, found and deleted, each with a secret of its own."""

import base64

import pytest

from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.model import (
    MOST_ENDPOINTS,
    NewWebhookEndpoint,
    WebhookAppExists,
    WebhookAppMissing,
    WebhookEndpointLimitReached,
    WebhookEndpointNotFound,
    WebhookEndpointPatch,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.hooks import make_endpoint
from tests.world import all_at_once, later, new_world

URL = "https://app.example/hooks"


async def change(world, made, **fields):
    patch = WebhookEndpointPatch(**fields)
    return await world.call(
        None, webhooks.update_endpoint, endpoint_id=made.endpoint.id, patch=patch
    )


async def test_an_endpoint_is_made_changed_found_and_deleted(world):
    made = await make_endpoint(
        world, URL, description=" Billing ", event_types=["user.updated", "user.created"] * 2
    )
    endpoint = made.endpoint
    assert (endpoint.url, endpoint.description) == (URL, "Billing")
    assert endpoint.event_types == ("user.created", "user.updated")
    assert endpoint.disabled_at is None
    changed = await change(world, made, event_types=None, url="https://APP.example/other")
    assert (changed.event_types, changed.url) == (None, "https://app.example/other")
    assert changed.description == "Billing"
    found = await world.call(None, webhooks.search_endpoints, search=Search())
    assert (found.items, found.total) == ((changed,), 1)
    assert await world.call(None, webhooks.delete_endpoint, endpoint_id=endpoint.id) == changed
    for operation in (webhooks.get_endpoint, webhooks.delete_endpoint, webhooks.read_secret):
        with pytest.raises(WebhookEndpointNotFound):
            await world.call(None, operation, endpoint_id=endpoint.id)
    with pytest.raises(WebhookEndpointNotFound):
        await change(world, made, description="x")


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "app.example"},
        {"url": "ftp://app.example/"},
        {"url": "https://ann:secret@app.example/"},
        {"url": "https://app.example/" + "x" * 2048},
        {"url": "https://app.example/" + "\N{LATIN SMALL LETTER E WITH ACUTE}" * 1000},
        {"description": "x" * 1025},
        {"description": "\0"},
        {"event_types": ["user.exploded"]},
    ],
)
async def test_what_makes_no_sense_is_refused(world, fields):
    made = await make_endpoint(world, URL)
    with pytest.raises(InvalidInput) as refused:
        await make_endpoint(world, **{"url": URL, **fields})
    assert refused.value.parameter in fields
    with pytest.raises(InvalidInput):
        await change(world, made, **fields)


async def test_events_that_wait_for_a_part_of_the_product_may_be_asked_for(world):
    made = await make_endpoint(world, URL, event_types=["subscription.created"])
    assert made.endpoint.event_types == ("subscription.created",)


async def test_in_production_nothing_is_posted_without_tls(platform, app):
    from charter.core.instances.model import Environment

    world = await new_world(platform, app, Environment.PRODUCTION)
    with pytest.raises(InvalidInput):
        await make_endpoint(world, "http://app.example/hooks")
    await make_endpoint(world, URL)
    await world.close()


async def test_an_instance_tells_of_its_events_once(world):
    with pytest.raises(WebhookAppMissing):
        await world.call(None, webhooks.get_app)
    with pytest.raises(WebhookAppMissing):
        await world.call(None, webhooks.delete_app)
    made = await world.call(None, webhooks.create_app)
    assert await world.call(None, webhooks.get_app) == made
    with pytest.raises(WebhookAppExists):
        await world.call(None, webhooks.create_app)
    endpoint = (await make_endpoint(world, URL)).endpoint
    assert len(await world.events("webhookApp.created")) == 1
    await world.call(None, webhooks.delete_app)
    with pytest.raises(WebhookEndpointNotFound):
        await world.call(None, webhooks.get_endpoint, endpoint_id=endpoint.id)


async def test_of_two_first_endpoints_both_are_there(world):
    made = await all_at_once(*(make_endpoint(world, f"{URL}/{n}") for n in range(4)))
    assert len({each.endpoint.id for each in made}) == 4
    assert len(await world.events("webhookApp.created")) == 1


async def test_of_changes_at_once_none_undoes_another(world):
    made = await make_endpoint(world, URL)
    for turn in range(5):
        await all_at_once(
            change(world, made, url=f"{URL}/{turn}"),
            change(world, made, description=f"Turn {turn}"),
            change(world, made, is_enabled=bool(turn % 2)),
        )
        found = await world.call(None, webhooks.get_endpoint, endpoint_id=made.endpoint.id)
        assert (found.url, found.description) == (f"{URL}/{turn}", f"Turn {turn}")
        assert (found.disabled_at is None) is bool(turn % 2)


async def test_an_instance_has_so_many_endpoints_and_no_more(world, monkeypatch):
    assert MOST_ENDPOINTS == 100
    monkeypatch.setattr(webhooks, "MOST_ENDPOINTS", 3)
    await make_endpoint(world, URL)
    results = await all_at_once(*(make_endpoint(world, URL) for _ in range(5)))
    refused = [each for each in results if isinstance(each, WebhookEndpointLimitReached)]
    assert len(refused) == 3


@pytest.mark.security("L2")
async def test_a_secret_is_sealed_shown_again_and_rotated(world):
    made = await make_endpoint(world, URL)
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    assert made.secret.startswith("whsec_")
    assert len(key) == 24
    here = {"endpoint_id": made.endpoint.id}
    assert (await world.call(None, webhooks.read_secret, **here)).secret == made.secret
    rotated = await world.call(None, webhooks.rotate_secret, overlap_seconds=60, **here)
    assert rotated.secret != made.secret
    assert (await world.call(None, webhooks.read_secret, **here)).secret == rotated.secret
    for table in ("webhook_secrets", "events"):
        rows = await world.sql(
            f"SELECT t::text AS row FROM {table} t WHERE instance_id = $1", world.instance_id
        )
        text = " ".join(row["row"] for row in rows)
        for secret in (made.secret, rotated.secret):
            assert secret not in text
            assert base64.b64decode(secret.removeprefix("whsec_")).hex() not in text


@pytest.mark.parametrize("seconds", [-1, 604_801])
async def test_an_overlap_is_a_week_at_most(world, seconds):
    made = await make_endpoint(world, URL)
    with pytest.raises(InvalidInput):
        await world.call(
            None,
            webhooks.rotate_secret,
            endpoint_id=made.endpoint.id,
            overlap_seconds=seconds,
        )


async def test_of_two_rotations_at_once_one_secret_is_current(world):
    made = await make_endpoint(world, URL)
    rotate = [
        world.call(None, webhooks.rotate_secret, endpoint_id=made.endpoint.id) for _ in range(4)
    ]
    results = await all_at_once(*rotate)
    assert [type(each).__name__ for each in results] == ["WebhookSecret"] * 4
    current = await world.sql(
        "SELECT id FROM webhook_secrets WHERE endpoint_id = $1 AND expires_at IS NULL",
        made.endpoint.id,
    )
    assert len(current) == 1


async def test_secrets_that_ended_are_cleared(world):
    from charter.worker import clear

    made = await make_endpoint(world, URL)
    await world.call(None, webhooks.rotate_secret, endpoint_id=made.endpoint.id, overlap_seconds=60)
    count = "SELECT count(*) AS n FROM webhook_secrets WHERE endpoint_id = $1"
    await clear(world.platform)
    assert (await world.sql(count, made.endpoint.id))[0]["n"] == 2
    await clear(later(world.platform, seconds=61))
    assert (await world.sql(count, made.endpoint.id))[0]["n"] == 1


async def test_another_instance_sees_nothing(world, other_world):
    made = await make_endpoint(world, URL)
    await make_endpoint(other_world, URL)
    for operation in (
        webhooks.get_endpoint,
        webhooks.delete_endpoint,
        webhooks.read_secret,
        webhooks.rotate_secret,
    ):
        with pytest.raises(WebhookEndpointNotFound):
            await other_world.call(None, operation, endpoint_id=made.endpoint.id)
    assert NewWebhookEndpoint(url=URL).is_enabled
