"""Every documented event is told."""

from charter.core.webhooks.event_types import EVENT_TYPES, TOLD
from charter.surfaces.webhooks.table import MESSAGES, ROWS
from tests.contract.events import events, mismatches
from tests.hooks import make_endpoint, tell


def test_all_documented_events_are_known_and_no_others():
    assert set(EVENT_TYPES) == set(events())
    assert len(EVENT_TYPES) == 45


def test_each_is_written_by_a_row_or_is_a_message_to_a_person():
    assert sorted([*ROWS, *MESSAGES]) == list(TOLD)


def test_a_row_of_the_table_is_told_under_the_name_of_its_event():
    others = {name for name, row in ROWS.items() if row.event.name != name}
    assert others == {"session.pending"}


async def test_an_example_of_every_event_is_as_it_is_documented(world, sink):
    from charter.core.webhooks import log

    made = await make_endpoint(world, sink.url, event_types=["user.deleted"])
    asked = {
        name: await world.call(None, log.send_test, endpoint_id=made.endpoint.id, event_type=name)
        for name in TOLD
    }
    await tell(world)
    assert {each.id: each.message["type"] for each in sink.taken} == {
        test.id: name for name, test in asked.items()
    }
    wrong = {each.message["type"]: mismatches(each.message) for each in sink.taken}
    assert {name: found for name, found in wrong.items() if found} == {}
