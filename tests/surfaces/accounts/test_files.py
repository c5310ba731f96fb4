"""Files of an account through the Accounts door."""

import asyncio

import pytest

from charter.surfaces.accounts import ids
from tests.keeping import MIB, joined_etag
from tests.surfaces.accounts.asking import refused

HELLO = b"hello"


async def put(world, signed, data):
    return await world.client.put(
        signed["url"], content=data, headers={**signed["headers"], "authorization": ""}
    )


async def presign(who, one, key="a.txt", size=5, **more):
    return await who.post(
        f"{one}/files/presign", key=key, content_type="text/plain", size=size, **more
    )


async def write(who, one, key="a.txt", data=HELLO, **more):
    signed = (await presign(who, one, key, len(data), **more)).json()
    answer = await put(who.world, signed, data)
    assert answer.status_code == 200, answer.text
    return signed


async def begin(who, one, size, key="big"):
    body = {"key": key, "content_type": "application/octet-stream", "size": size}
    made = await who.post(f"{one}/files/multipart/create", **body)
    assert made.status_code == 201, made.text
    return {"upload_id": made.json()["upload_id"], "key": key}


async def send_part(who, one, upload, number, data):
    answer = await who.post(f"{one}/files/multipart/presign", **upload, part_numbers=[number])
    (part,) = answer.json()["parts"]
    sent = await put(who.world, part, data)
    assert sent.status_code == 200, sent.text
    return {"part_number": number, "etag": sent.headers["etag"]}


async def test_a_file_is_written_listed_read_and_deleted(ann, world):
    one = await ann.account()
    signed = await write(ann, one, metadata={"for": "ben"})
    assert (signed["method"], signed["file"]["status"]) == ("PUT", "pending")
    assert signed["headers"] == {"Content-Type": "text/plain", "Content-Length": "5"}
    (file,) = (await ann.get(f"{one}/files")).json()["items"]
    assert (file["key"], file["size"], file["status"]) == ("a.txt", 5, "available")
    assert file["metadata"] == {"for": "ben"}
    assert file["created_by"].startswith("uid_")
    read = (await ann.post(f"{one}/files/presign-read", key="a.txt")).json()
    assert (await world.client.get(read["url"])).content == HELLO
    gone = await ann.ask("DELETE", f"{one}/files", json={"keys": ["a.txt", "b", "../c"]})
    assert gone.json() == {
        "deleted": ["a.txt"],
        "errors": [
            {"key": "b", "code": "not_found"},
            {"key": "../c", "code": "validation_error"},
        ],
    }
    assert (await world.client.get(read["url"])).status_code == 404
    assert (await ann.post(f"{one}/files/delete", keys=["a.txt"])).json()["deleted"] == []


async def test_acceptance_10_to_complete_is_repeatable_a_short_middle_part_and_an_expired_url_fail(
    ann, world
):
    one = await ann.account()
    first, last = b"a" * (8 * MIB), b"b" * 10
    upload = await begin(ann, one, len(first) + len(last))
    parts = [await send_part(ann, one, upload, n, data) for n, data in ((1, first), (2, last))]
    done = await ann.post(f"{one}/files/multipart/complete", **upload, parts=parts)
    assert done.json()["etag"] == joined_etag(first, last)
    again = await ann.post(f"{one}/files/multipart/complete", **upload, parts=parts)
    assert (again.status_code, again.json()) == (200, done.json())

    short = await begin(ann, one, len(first) + len(last), key="short")
    parts = [await send_part(ann, one, short, n, data) for n, data in ((1, last), (2, first))]
    answer = await ann.post(f"{one}/files/multipart/complete", **short, parts=parts)
    assert refused(answer) == (400, "part_too_small")

    signed = (await presign(ann, one, expires_in=1)).json()
    await asyncio.sleep(1.1)
    expired = await put(world, signed, HELLO)
    assert (expired.status_code, expired.json()["code"]) == (403, "signed_url_expired")


async def test_parts_are_listed_and_an_upload_is_dropped_as_often_as_one_likes(ann):
    one = await ann.account()
    upload = await begin(ann, one, 9 * MIB)
    for number in (1, 2):
        await send_part(ann, one, upload, number, b"abc")
    page = (await ann.post(f"{one}/files/multipart/parts", **upload, limit=1)).json()
    assert [(each["part_number"], each["size"]) for each in page["items"]] == [(1, 3)]
    rest = await ann.post(
        f"{one}/files/multipart/parts", **upload, limit=1, cursor=page["next_cursor"]
    )
    assert [each["part_number"] for each in rest.json()["items"]] == [2]
    assert rest.json()["next_cursor"] is None
    for _ in range(2):
        assert (await ann.post(f"{one}/files/multipart/abort", **upload)).status_code == 204
    answer = await ann.post(f"{one}/files/multipart/presign", **upload, part_numbers=[1])
    assert refused(answer) == (409, "upload_state")
    other = await ann.post(f"{one}/files/multipart/abort", upload_id="upl_x", key="big")
    assert refused(other) == (404, "upload_not_found")


async def test_folders_are_folded_and_pages_go_on(ann):
    one = await ann.account()
    for key in ("a/1", "a/2", "b", "c/d/1", "z"):
        await write(ann, one, key)
    asked = {"delimiter": "/", "limit": 2}
    first = (await ann.get(f"{one}/files", **asked)).json()
    assert ([each["key"] for each in first["items"]], first["common_prefixes"]) == (["b"], ["a/"])
    second = (await ann.get(f"{one}/files", **asked, cursor=first["next_cursor"])).json()
    assert ([each["key"] for each in second["items"]], second["common_prefixes"]) == (
        ["z"],
        ["c/"],
    )
    assert second["next_cursor"] is None
    stray = await ann.get(f"{one}/files", limit=2, cursor=first["next_cursor"])
    assert refused(stray) == (400, "invalid_cursor")
    other = await ann.account("Other")
    stray = await ann.get(f"{other}/files", **asked, cursor=first["next_cursor"])
    assert refused(stray) == (400, "invalid_cursor")


async def test_who_looks_may_read_and_not_write_and_a_stranger_finds_nothing(ann, as_person, world):
    one = await ann.account()
    await write(ann, one)
    ben, zoe = await as_person("ben"), await as_person("zoe")
    await ann.post(f"{one}/members", user_id=ids.uid(world.people["ben"]), role="viewer")
    assert (await ben.get(f"{one}/files")).status_code == 200
    assert (await ben.post(f"{one}/files/presign-read", key="a.txt")).status_code == 200
    assert refused(await presign(ben, one)) == (403, "insufficient_role")
    assert refused(await zoe.get(f"{one}/files")) == (404, "not_found")
    assert refused(await presign(zoe, one)) == (404, "not_found")


async def test_a_member_and_the_applications_server_may_write(ann, as_person, world, server):
    one = await ann.account()
    ben = await as_person("ben")
    await ann.post(f"{one}/members", user_id=ids.uid(world.people["ben"]), role="member")
    await write(ben, one, "by-ben")
    await write(server, one, "by-server")
    files = {
        each["key"]: each["created_by"] for each in (await ann.get(f"{one}/files")).json()["items"]
    }
    assert files == {"by-ben": ids.uid(world.people["ben"]), "by-server": None}
    assert refused(await presign(server, "/accounts/acc_" + "0" * 27)) == (404, "not_found")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": ""}, "validation_error"),
        ({"key": "/a"}, "validation_error"),
        ({"key": "a//b"}, "validation_error"),
        ({"key": "a/../b"}, "validation_error"),
        ({"key": "a\\b"}, "validation_error"),
        ({"key": "é" * 513}, "validation_error"),
        ({"size": -1}, "validation_error"),
        ({"size": 5 * 1024**3 + 1}, "file_too_large"),
        ({"content_type": "text"}, "validation_error"),
        ({"content_type": "a/b\r\nx: y"}, "validation_error"),
        ({"checksum_sha256": "abc"}, "validation_error"),
        ({"expires_in": 0}, "validation_error"),
        ({"expires_in": 3601}, "validation_error"),
        ({"colour": "red"}, "unknown_field"),
    ],
)
async def test_what_can_be_no_file_is_refused(ann, given, code):
    one = await ann.account()
    body = {"key": "a", "content_type": "text/plain", "size": 5, **given}
    assert refused(await ann.post(f"{one}/files/presign", **body)) == (400, code)


async def test_a_taken_key_and_a_full_account_are_told(ann, world):
    one = await ann.account()
    await write(ann, one)
    assert refused(await presign(ann, one)) == (409, "file_exists")
    await world.configure(files={"quota_bytes": 9})
    assert refused(await presign(ann, one, "b")) == (402, "payment_required")
    assert (await presign(ann, one, "b", size=4)).status_code == 200


async def test_a_file_that_is_there_is_confirmed(ann):
    one = await ann.account()
    assert refused(await ann.post(f"{one}/files/confirm", key="a.txt")) == (409, "file_not_arrived")
    await write(ann, one)
    assert (await ann.post(f"{one}/files/confirm", key="a.txt")).json()["status"] == "available"
