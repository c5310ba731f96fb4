"""A call that has to wait for a transaction which somebody else has open."""

import asyncio
from collections.abc import Awaitable
from typing import Any

STILL_SECONDS = 0.3


async def after_open(world, call: Awaitable[Any], *statements: tuple[Any, ...]) -> Any:
    """What a call gives, or raises, that began while these statements were not committed yet.

    Each is SQL with its values. A call that does not wait for them fails the test.
    """
    async with world.platform.database.pool.acquire() as connection:
        other = connection.transaction()
        await other.start()
        for statement, *values in statements:
            await connection.execute(statement, *values)
        calling = asyncio.ensure_future(call)
        await asyncio.wait([calling], timeout=STILL_SECONDS)
        is_waiting = not calling.done()
        await other.commit()
    result = await calling
    assert is_waiting, "it did not wait for a transaction that was open"
    return result
