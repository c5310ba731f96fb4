"""Uploads that nobody ends, files that are deleted, and what becomes of their bytes."""

from datetime import timedelta
from pathlib import Path

import pytest

from charter import worker
from charter.core.files import operations, sweeping
from charter.core.files.freeing import STILL_READ_FOR
from charter.core.files.model import FileUploadState
from charter.core.instances import resetting
from charter.core.later import HANDLERS
from charter.core.organizations import operations as organizations
from charter.outside.files import open_files
from tests.keeping import (
    MIB,
    abort,
    begin,
    complete,
    presign,
    read,
    send,
    send_part,
    sign_parts,
    used,
    write,
)
from tests.world import later


@pytest.fixture
async def acme(world):
    return await world.organization()


@pytest.fixture
def pieces(world):
    """The files that are kept for the instance."""
    folder = Path(world.platform.files._folder)

    def count():
        return sum(path.name.isdigit() for path in folder.rglob(f"{world.instance_id}/*/*/*"))

    return count


async def work_on(world, **delta):
    while await worker.once(later(world.platform, **delta), HANDLERS):
        pass


async def swept(world, **delta):
    """Sweep until nothing is left, of this world or of others."""
    for _ in range(1000):
        if not await sweeping.sweep(later(world.platform, **delta)):
            return
    raise AssertionError("a sweep finds the same again and again")


async def test_what_is_overdue_ends_and_frees_its_room(world, acme, pieces):
    made = await presign(world, acme, expires_in=60)
    upload = await begin(world, acme, 9 * MIB)
    await send_part(world, upload, 1, b"abc")
    await swept(world, minutes=2)
    assert await used(world, acme) == 9 * MIB + 5
    await swept(world, minutes=10)
    assert await used(world, acme) == 9 * MIB
    late = await send(world, made.signed, b"hello")
    assert (late.status_code, late.json()["code"]) == (409, "upload_state")
    await swept(world, hours=25)
    assert await used(world, acme) == 0
    await work_on(world, hours=26)
    assert pieces() == 0
    with pytest.raises(FileUploadState):
        await sign_parts(world, upload, 1)


async def test_one_that_is_being_joined_is_left_alone_for_longer(world, acme):
    upload = await begin(world, acme, 9 * MIB)
    await world.sql("UPDATE file_uploads SET state = 'completing' WHERE id = $1", upload.id)
    await swept(world, hours=24, minutes=10)
    assert await used(world, acme) == 9 * MIB
    await swept(world, hours=25, minutes=1)
    assert await used(world, acme) == 0


async def test_past_its_end_an_upload_takes_nothing_before_it_is_swept(world, acme):
    upload = await begin(world, acme, 9 * MIB)
    parts = [await send_part(world, upload, 1, b"x" * 9)]
    import dataclasses

    own = dataclasses.replace(world, platform=later(world.platform, hours=24, seconds=1))
    with pytest.raises(FileUploadState):
        await sign_parts(own, upload, 1)
    with pytest.raises(FileUploadState):
        await complete(own, upload, parts)
    await abort(own, upload)


async def test_uploads_that_have_ended_are_forgotten_after_a_week(world, acme):
    await write(world, acme)
    await worker.clear(later(world.platform, days=6))
    assert len(await world.sql("SELECT 1 FROM file_uploads WHERE organization_id = $1", acme.id))
    await worker.clear(later(world.platform, days=8))
    assert not await world.sql("SELECT 1 FROM file_uploads WHERE organization_id = $1", acme.id)
    assert (await read(world, acme)).status_code == 200


async def test_deleted_bytes_go_at_once_and_replaced_ones_when_nobody_reads_them(
    world, acme, pieces
):
    await write(world, acme)
    await write(world, acme, "b", b"xyz")
    await write(world, acme, data=b"other", overwrite=True)
    assert pieces() == 3
    gone = await world.call(
        "ann", operations.delete_several, organization_id=acme.id, file_keys=["b", "none", "b"]
    )
    assert gone.deleted == ("b",)
    assert [(each.key, each.code) for each in gone.errors] == [("none", "file_not_found")]
    await work_on(world)
    assert pieces() == 2
    assert await used(world, acme) == 5
    await work_on(world, seconds=(STILL_READ_FOR + timedelta(minutes=1)).total_seconds())
    assert pieces() == 1
    assert (await read(world, acme)).content == b"other"


async def test_the_bytes_of_an_organization_go_with_it_and_others_stay(world, acme, pieces):
    other = await world.organization("Other")
    for each in (acme, other):
        await write(world, each)
    upload = await begin(world, acme, 9 * MIB)
    await send_part(world, upload, 1, b"abc")
    await world.call(None, organizations.delete, organization_id=acme.id)
    await work_on(world)
    assert pieces() == 1
    assert (await read(world, other)).status_code == 200


async def test_the_bytes_of_an_instance_go_when_it_is_emptied(world, acme, pieces):
    await write(world, acme)
    await world.call(None, resetting.reset)
    await work_on(world)
    assert pieces() == 0


async def test_an_upload_goes_on_where_it_was_after_a_restart(world, acme):
    import dataclasses

    first, last = b"a" * 8 * MIB, b"b"
    upload = await begin(world, acme, len(first) + len(last))
    parts = [await send_part(world, upload, 1, first)]
    (cut,) = await sign_parts(world, upload, 2)

    async def breaks_off():
        yield b""

    headers = {"content-length": "1"}
    answer = await world.client.put(cut.signed.url, content=breaks_off(), headers=headers)
    assert answer.status_code == 400
    # Another process over the same folder.
    folder = Path(world.platform.files._folder)
    again = dataclasses.replace(
        world, platform=dataclasses.replace(world.platform, files=open_files(folder.as_uri()))
    )
    parts.append(await send_part(again, upload, 2, last))
    # The one before had set the parts aside when it was killed.
    place = folder / "uploads" / upload.object_name
    aside = folder / "joining" / upload.object_name
    aside.parent.mkdir(parents=True, exist_ok=True)
    place.rename(aside)
    assert (await complete(again, upload, parts)).size_bytes == len(first) + 1
    assert (await read(again, acme, upload.key)).content == first + last


async def test_what_began_to_come_and_never_ended_is_swept(world):
    stray = Path(world.platform.files._folder) / "incoming" / "stray"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    await swept(world, hours=1)
    assert stray.exists()
    await swept(world, hours=25)
    assert not stray.exists()
