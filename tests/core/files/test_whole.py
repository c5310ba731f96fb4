"""A file is written whole by one address, and read by another."""

import base64
import hashlib

import pytest

from charter.core.files.model import FileExists, FileNotFound
from tests.keeping import listed, presign, read, read_url, send, used, write

HELLO = b"hello"


async def test_a_file_is_written_and_read(world):
    acme = await world.organization()
    made = await write(world, acme, metadata={"for": "ben"})
    assert made.file.status == "pending"
    (file,) = (await listed(world, acme)).items
    assert (file.key, file.size_bytes, file.status) == ("a.txt", 5, "available")
    assert file.etag == f'"{hashlib.md5(HELLO).hexdigest()}"'
    assert file.metadata == {"for": "ben"}
    answer = await read(world, acme)
    assert (answer.status_code, answer.content) == (200, HELLO)
    assert answer.headers["etag"] == file.etag
    assert await used(world, acme) == 5
    names = [event["name"] for event in await world.events() if "ile" in event["name"]]
    assert names == ["organization.created", "fileUpload.begun", "file.created"][1:]


async def test_what_has_not_arrived_is_nowhere(world):
    acme = await world.organization()
    await presign(world, acme)
    assert (await listed(world, acme)).items == ()
    with pytest.raises(FileNotFound):
        await read_url(world, acme)


async def test_a_checksum_is_compared(world):
    acme = await world.organization()
    checksum = base64.b64encode(hashlib.sha256(HELLO).digest()).decode()
    made = await presign(world, acme, checksum_sha256=checksum)
    answer = await send(world, made.signed, b"hallo")
    assert (answer.status_code, answer.json()["code"]) == (400, "file_body_invalid")
    assert (await send(world, made.signed, HELLO)).status_code == 200


async def test_a_key_that_is_taken_stays_unless_it_is_to_be_replaced(world):
    acme = await world.organization()
    await write(world, acme)
    with pytest.raises(FileExists):
        await presign(world, acme)
    await write(world, acme, data=b"other bytes", overwrite=True)
    assert (await read(world, acme)).content == b"other bytes"
    assert await used(world, acme) == 11
