"""Many passwords of one instance at once, and one of another."""

import asyncio
import dataclasses

import pytest

from charter.core.passwords import operations as passwords
from charter.kernel.work import Busy, WorkPool

RIGHT = "a long pass phrase of mine"


def verified(world, platform):
    call = world.call(
        None, passwords.verify, user_id=world.people["ann"], password=RIGHT, platform=platform
    )
    return asyncio.ensure_future(call)


@pytest.mark.security("M3")
async def test_a_crowd_at_one_instance_does_not_keep_people_out_of_another(world, other_world):
    for each in (world, other_world):
        await each.user("ann", password=RIGHT)
    work = WorkPool(1, waiting=6)
    platform = dataclasses.replace(world.platform, work=work)
    crowd = [verified(world, platform) for _ in range(30)]
    await asyncio.sleep(0)
    alone = await verified(other_world, platform)
    waiting = [each for each in crowd if not each.done()]
    results = await asyncio.gather(*crowd, return_exceptions=True)
    await work.close()
    assert alone.id == other_world.people["ann"]
    assert waiting
    assert {type(each) for each in results if isinstance(each, Exception)} == {Busy}
