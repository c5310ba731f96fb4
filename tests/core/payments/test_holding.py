"""An instance that is held renews and collects nothing until it is told to go on."""

import pytest

from charter.core.payments import operations as payments
from charter.core.subscriptions import advancing
from tests.paying import at, attempts_of, make_plan, pass_time, pay, subscribe
from tests.world import all_at_once


async def test_held_and_told_to_go_on_an_instance_loses_nothing(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    await world.call(None, payments.hold)
    await world.call(None, payments.hold)
    assert len(await world.events("billing.held")) == 1
    moved = await pass_time(world, days=40)
    assert len(await attempts_of(world)) == 1
    await world.call(None, payments.resume, platform=moved)
    await pass_time(world, platform=moved, minutes=1)
    found = await attempts_of(world)
    assert [each.payment.period_start for each in found] == [item.period_start, item.period_end]


@pytest.mark.security("L2")
async def test_of_holding_and_renewing_at_once_an_export_has_what_was_renewed(world):
    """Who is renewing ends that before the instance is held, or finds it held."""
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    moved = at(world, item.period_end)

    async def held():
        await world.call(None, payments.hold)
        return len(await attempts_of(world))

    results = await all_at_once(
        *(
            world.call(None, advancing.advance, payer_id=item.payer_id, platform=moved)
            for _ in range(4)
        ),
        held(),
    )
    assert not [each for each in results if isinstance(each, Exception)]
    assert results[-1] == len(await attempts_of(world))


async def test_another_instance_goes_on(world, other_world):
    for each in (world, other_world):
        await subscribe(each, await make_plan(each))
        await pay(each)
    await world.call(None, payments.hold)
    await world.call(None, payments.resume)
    await world.call(None, payments.hold)
    await pass_time(other_world, days=32)
    assert len(await attempts_of(other_world)) == 2
    assert len(await attempts_of(world)) == 1
