"""What events do not carry is read for all of them at once, within their instance."""

from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.webhooks import log
from charter.core.webhooks.event_types import TOLD
from charter.kernel import events
from charter.surfaces.webhooks import translate
from tests.asked import asked_meanwhile
from tests.contract.events import mismatches
from tests.hooks import make_endpoint, tell, told
from tests.paying import make_plan, subscribe, view_of


async def statements(world):
    """The statements that it takes to write all that has happened so far."""
    db = world.platform.database.reading(world.instance_id)
    happened = await db.all(events.OF_INSTANCE, after=0, limit=500)
    instance = await db.find(INSTANCE_BY_ID)
    with asked_meanwhile() as asked:
        found = await translate(world.platform, db, instance, happened)
    assert any(found)
    return asked


async def test_many_events_take_as_many_statements_as_few(world):
    plan = await make_plan(world)
    await subscribe(world, plan, "ann")
    for name in ("ann", "ben"):
        await world.session(name)
    few = await statements(world)
    for name in ("cid", "dan", "eve"):
        await subscribe(world, plan, name)
        await world.session(name)
    assert await statements(world) == few
    # Users, subscribers and items.
    assert len(few) == 3


async def test_nothing_is_read_where_nothing_needs_it(world):
    await world.organization()
    assert await statements(world) == []


async def test_another_instance_is_told_of_its_own_payers_alone(world, other_world, sink):
    await make_endpoint(world, f"{sink.url}/mine")
    await make_endpoint(other_world, f"{sink.url}/theirs")
    for each in (world, other_world):
        await subscribe(each, await make_plan(each))
    await told(world)
    await told(other_world)
    await tell(world)
    for path, each in (("/hooks/mine", world), ("/hooks/theirs", other_world)):
        found = [one.message for one in sink.taken if one.path == path]
        assert {one["instance_id"] for one in found} == {each.instance_id}
        (created,) = [one["data"] for one in found if one["type"] == "subscription.created"]
        assert created["payer"]["user_id"] == each.people["ann"]
        assert len(created["items"]) == 1


async def test_ids_of_another_instance_lead_nowhere(world, other_world, sink):
    await make_endpoint(world, sink.url)
    theirs = await subscribe(other_world, await make_plan(other_world))
    await subscribe(world, await make_plan(world))
    await world.sql(
        "UPDATE events SET after = jsonb_set(jsonb_set(after, '{payer_id}', to_jsonb($2::text)),"
        " '{id}', to_jsonb($3::text))"
        " WHERE instance_id = $1 AND name = 'subscription.created'",
        world.instance_id,
        theirs.payer_id,
        theirs.subscription_id,
    )
    await world.sql(
        "UPDATE events SET after = jsonb_set(after, '{payment,subscription_item_id}',"
        " to_jsonb($2::text)) WHERE instance_id = $1 AND name = 'paymentAttempt.created'",
        world.instance_id,
        theirs.id,
    )
    await tell(world)
    (created,) = [each.message["data"] for each in sink.of("subscription.created")]
    assert (created["payer"]["email"], created["items"]) == ("", [])
    (attempt,) = [each.message["data"] for each in sink.of("paymentAttempt.created")]
    assert attempt["subscription_items"] == []


async def test_events_of_another_version_hold_up_nothing(world, sink):
    await make_endpoint(world, sink.url)
    await subscribe(world, await make_plan(world))
    for name, row in (
        ("paymentAttempt.created", '{"payment": "cpay_1"}'),
        ("subscription.created", '{"payer_id": ["cpayer_1"]}'),
    ):
        await world.sql(
            "UPDATE events SET after = $3::text::jsonb WHERE instance_id = $1 AND name = $2",
            world.instance_id,
            name,
            row,
        )
    await view_of(world, "ben")
    await tell(world)
    assert sink.types.count("subscription.created") == 1
    assert sink.of("paymentAttempt.created") == []


async def test_an_example_has_the_status_that_its_event_is_named_after(world, sink):
    made = await make_endpoint(world, sink.url, event_types=["user.deleted"])
    names = {
        "organizationInvitation.revoked": "revoked",
        "session.revoked": "revoked",
        "subscription.pastDue": "past_due",
        "subscriptionItem.canceled": "canceled",
        "subscriptionItem.updated": "active",
        "paymentAttempt.created": "pending",
    }
    assert names.keys() <= set(TOLD)
    for name in names:
        await world.call(None, log.send_test, endpoint_id=made.endpoint.id, event_type=name)
    await tell(world)
    assert {each.message["type"]: each.message["data"]["status"] for each in sink.taken} == names
    assert [mismatches(each.message) for each in sink.taken] == [[]] * len(names)


async def test_an_example_of_a_payment_is_whole(world, sink):
    made = await make_endpoint(world, sink.url, event_types=["user.deleted"])
    for name in ("subscription.created", "paymentAttempt.created"):
        await world.call(None, log.send_test, endpoint_id=made.endpoint.id, event_type=name)
    await tell(world)
    (subscription,) = [each.message["data"] for each in sink.of("subscription.created")]
    assert (subscription["payer"]["first_name"], len(subscription["items"])) == ("Ann", 1)
    assert subscription["payer"]["organization_id"] == ""
    (attempt,) = [each.message["data"] for each in sink.of("paymentAttempt.created")]
    assert attempt["totals"]["grand_total"]["amount"] == 2000
    assert attempt["subscription_items"][0]["id"] == subscription["items"][0]["id"]
