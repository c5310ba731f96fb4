"""An export is one moment of the instance, and says what it could not take along."""

import asyncio
import threading

import asyncpg
import msgspec

from charter.core.transfers import operations
from charter.migrate import expected
from tests.core.transfers.moving import exported, imported, rows_of

INSERT = (
    "INSERT INTO users (instance_id, id, created_at, updated_at) VALUES ($1, 'user_new', now(),"
    " now())"
)


def trailer(lines):
    return msgspec.json.decode(lines[-1])["trailer"]


async def test_what_is_written_meanwhile_is_not_in_it(world):
    await world.user("ann")
    lines: list[bytes] = []

    async def insert() -> None:
        connection = await asyncpg.connect(world.platform.database.url)
        await connection.execute(INSERT, world.instance_id)
        await connection.close()

    def sink(line: bytes) -> None:
        if not lines:
            writing = threading.Thread(target=lambda: asyncio.run(insert()))
            writing.start()
            writing.join()
        lines.append(line)

    await world.call(None, operations.export, schema=expected(), sink=sink)
    header = msgspec.json.decode(lines[0])["header"]
    assert header["tables"] == trailer(lines)["tables"]
    assert len(rows_of(lines, "users")) == 1
    assert len(rows_of(await exported(world), "users")) == 2


async def test_only_the_instance_s_own_rows_are_in_it(world, other_world):
    await world.organization(owner="ann")
    stranger = await other_world.user("stranger")
    lines = await exported(world)
    assert stranger.id.encode() not in b"".join(lines)
    assert other_world.instance_id.encode() not in b"".join(lines)


async def test_more_rows_than_a_page_are_all_in_it(world, elsewhere):
    await world.sql(
        "INSERT INTO users (instance_id, id, created_at, updated_at) SELECT $1,"
        " 'user_' || lpad(n::text, 27, '0'), now(), now() FROM generate_series(1, 2001) n",
        world.instance_id,
    )
    lines = await exported(world)
    ids = [row["id"] for row in rows_of(lines, "users")]
    assert len(set(ids)) == len(ids) == 2001
    assert (await imported(elsewhere, lines, chunk=900)).rejections == []


async def test_a_secret_that_no_key_opens_and_a_picture_that_is_gone_are_counted(world, elsewhere):
    ann = await world.user("ann", totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    await world.sql(
        "UPDATE totp_secrets SET sealed_secret = '\\x00' WHERE instance_id = $1", world.instance_id
    )
    await world.sql(
        "UPDATE users SET image_key = $2 WHERE instance_id = $1",
        world.instance_id,
        f"users/{ann.id}/{'0' * 32}.png",
    )
    lines: list[bytes] = []
    done = await world.call(None, operations.export, schema=expected(), sink=lines.append)
    assert (done.broken, done.missing_files, done.files) == (1, 1, 0)
    [event] = await world.events("instance.exported")
    assert event["after"]["broken"] == 1
    rejects = await imported(elsewhere, lines)
    assert [(each.of, each.id) for each in rejects.rejections] == [("totp_secrets", ann.id)]
