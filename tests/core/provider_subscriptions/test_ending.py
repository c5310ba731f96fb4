"""What organizations have at Stripe ends with them, and with the application they are in."""

import dataclasses
import json

import pytest

from charter.core.later import HANDLERS
from charter.core.organizations import operations as organizations
from charter.core.provider_subscriptions.ending import END, END_LEFT
from charter.core.provider_subscriptions.model import GatewayUnavailable
from charter.kernel.jobs import ClaimedJob
from tests.applying import applied, inside
from tests.core.provider_subscriptions.test_acting import subscribed
from tests.stripe_server import stripe_server
from tests.subscribing import connect


@pytest.fixture
async def acme(world):
    return await world.organization()


async def test_who_deletes_an_organization_ends_what_it_has_at_stripe(world, paying, acme):
    (kept,) = await subscribed(world, paying, acme)
    unknown = paying.stripe.subscribe(kept.external_customer_id)
    await world.call(None, organizations.delete, organization_id=acme.id)
    (row,) = await world.sql(
        "SELECT payload FROM jobs WHERE kind = $1 AND instance_id = $2", END, world.instance_id
    )
    job = ClaimedJob(world.instance_id, "job_x", END, row["payload"], 1)
    paying.stripe.fails = 9
    with pytest.raises(GatewayUnavailable):
        await HANDLERS[END](world.platform, job)
    paying.stripe.fails = 0
    for _ in range(2):
        await HANDLERS[END](world.platform, job)
    for external_id in (kept.external_id, unknown["id"]):
        assert paying.stripe.objects[external_id]["status"] == "canceled"
    rows = await world.sql(
        "SELECT status FROM provider_subscriptions WHERE instance_id = $1", world.instance_id
    )
    assert {row["status"] for row in rows} == {"canceled"}


async def test_who_deletes_an_organization_without_a_customer_asks_nobody(world, paying, acme):
    await world.call(None, organizations.delete, organization_id=acme.id)
    rows = await world.sql(
        "SELECT 1 FROM jobs WHERE kind = $1 AND instance_id = $2", END, world.instance_id
    )
    assert rows == []


async def left_behind(world):
    rows = await world.sql(
        "SELECT payload FROM jobs WHERE kind = $1 AND instance_id = $2", END_LEFT, world.instance_id
    )
    return [ClaimedJob(world.instance_id, "job_x", END_LEFT, row["payload"], 1) for row in rows]


async def test_what_an_application_has_at_stripe_ends_with_it(world, app):
    """With the owner's; of an organization that went just before, whose job is gone as well."""
    made = await applied(world, await world.organization("Owner", owner="ann"), "ann")
    there = inside(world, app, made)
    async with stripe_server() as server:
        paying = await connect(there, server)
        kept = []
        for name in ("First", "Second"):
            organization = await there.organization(name)
            kept += await subscribed(there, paying, organization)
        await there.call(None, organizations.delete, organization_id=organization.id)
        owner_id = made.application.organization_id
        await world.call(None, organizations.delete, organization_id=owner_id, cascade=True)
        jobs = await left_behind(world)
        for job in jobs:
            assert server.secret not in json.dumps(job.payload)
            platform = dataclasses.replace(world.platform, gateway=there.platform.gateway)
            await HANDLERS[END_LEFT](platform, job)
        assert len(kept) == len(jobs) == 2
        for each in kept:
            assert paying.stripe.objects[each.external_id]["status"] == "canceled"


async def test_an_application_without_stripe_leaves_nothing_to_ask_for(world, app):
    made = await applied(world, await world.organization("Owner", owner="ann"), "ann")
    await inside(world, app, made).organization()
    owner_id = made.application.organization_id
    await world.call(None, organizations.delete, organization_id=owner_id, cascade=True)
    assert await left_behind(world) == []
