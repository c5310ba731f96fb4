"""Signed addresses do the one thing that they were signed for, and nothing else."""

import asyncio
import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import httpx
import pytest

from charter.core.files.addresses import meaning
from charter.core.files.model import SignedUrlInvalid
from charter.kernel.secrets import Vault
from tests.cast_of_files import asked
from tests.keeping import (
    MIB,
    begin,
    listed,
    presign,
    read,
    read_url,
    send,
    send_part,
    sign_parts,
    write,
)
from tests.world import new_world

HELLO = b"hello"


def changed(url, **query):
    """The address with parameters in place of its own."""
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    text = "&".join(
        f"{k}={quote(v, safe='')}" for k, v in {**given, **query}.items() if v is not None
    )
    return urlunsplit(parts._replace(query=text))


def at(url, path):
    return urlunsplit(urlsplit(url)._replace(path=path))


async def put(world, url, data=HELLO, **headers):
    given = {"content-type": "text/plain", "authorization": "", **headers}
    return await world.client.put(url, content=data, headers=given)


def refused(answer):
    return answer.status_code, answer.json()["code"]


@pytest.fixture
async def acme(world):
    return await world.organization()


@pytest.fixture
def folder(world):
    """Where the bytes are."""
    return Path(world.platform.files._folder)


@pytest.mark.parametrize(
    "change",
    [
        {"op": "get"},
        {"exp": "9999999999"},
        {"kid": "other"},
        {"nonce": "ins_x.upl_x.0"},
        {"sig": "A" * 43},
        {"sig": "é"},
        {"sig": None},
        {"exp": "-1"},
        {"exp": "\u0661"},
        {"more": "1"},
    ],
)
async def test_what_is_changed_is_refused(world, acme, change):
    made = await presign(world, acme)
    answer = await put(world, changed(made.signed.url, **change))
    assert refused(answer) == (403, "signed_url_invalid")
    assert (await put(world, made.signed.url)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"content-type": "text/html"}, {"x-checksum-sha256": "A" * 44}],
)
async def test_what_is_sent_otherwise_than_said_is_refused(world, acme, headers):
    made = await presign(world, acme)
    answer = await put(world, made.signed.url, **headers)
    assert refused(answer) == (403, "signed_url_invalid")
    longer = await put(world, made.signed.url, HELLO + b"!")
    assert refused(longer) == (403, "signed_url_invalid")


async def test_an_address_for_one_key_account_or_method_opens_no_other(world, acme):
    made = await presign(world, acme)
    other = await world.organization("Other", owner="ben")
    theirs = await presign(world, other, "ben")
    path = urlsplit(made.signed.url).path
    for foreign in (
        at(made.signed.url, urlsplit(theirs.signed.url).path),
        at(made.signed.url, path.replace("a.txt", "b.txt")),
        at(made.signed.url, path + "/"),
        at(made.signed.url, path.replace("/a.txt", "//a.txt")),
    ):
        assert refused(await put(world, foreign)) == (403, "signed_url_invalid")
    assert refused(await world.client.get(made.signed.url)) == (403, "signed_url_invalid")
    await put(world, made.signed.url)
    reading = await read_url(world, acme)
    assert refused(await put(world, reading)) == (403, "signed_url_invalid")


async def test_another_instance_is_not_reached(world, acme, platform, app):
    second = await new_world(platform, app)
    made = await presign(world, acme)
    nonce = parse_qs(urlsplit(made.signed.url).query)["nonce"][0]
    moved = nonce.replace(world.instance_id, second.instance_id)
    assert refused(await put(world, changed(made.signed.url, nonce=moved)))[0] == 403
    await second.close()


@pytest.mark.parametrize(
    "key",
    [
        "../../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "..\\..\\etc",
        "a%00b",
        "//etc/passwd",
        "%ff%fe",
        "\u202egnp.exe",
        "a" * 2000,
    ],
)
async def test_no_path_leads_out_of_the_folder(world, acme, folder, key):
    made = await presign(world, acme)
    base = urlsplit(made.signed.url).path.rsplit("/", 1)[0]
    before = {path for path in folder.rglob("*") if path.is_file()}
    url = httpx.URL(at(made.signed.url, f"{base}/x")).copy_with(
        raw_path=f"{base}/{quote(key, safe='/%.')}?{urlsplit(made.signed.url).query}".encode()
    )
    answer = await world.client.put(url, content=HELLO, headers={"content-type": "text/plain"})
    assert answer.status_code in (400, 403, 404), answer.text
    assert {path for path in folder.rglob("*") if path.is_file()} == before


async def test_names_on_the_disk_are_never_those_that_callers_give(world, acme, folder):
    await write(world, acme, "räksmörgås/%2e%2e/ .html")
    assert (await read(world, acme, "räksmörgås/%2e%2e/ .html")).content == HELLO
    own = [path for path in folder.rglob("*") if acme.id in str(path) and path.is_file()]
    assert own
    for path in own:
        assert re.fullmatch(
            r"objects/ins_\w+/org_\w+/[0-9a-f]{32}/\d{5}", str(path.relative_to(folder))
        )


@pytest.mark.security("K3")
@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml"])
async def test_what_is_stored_is_saved_and_never_runs(world, acme, kind):
    page = b"<script>alert(document.domain)</script>"
    await write(world, acme, 'a"\u00e4.html', page, content_type=kind)
    answer = await read(world, acme, 'a"\u00e4.html')
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"a__.html\"; filename*=UTF-8''a%22%C3%A4.html"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_an_address_writes_once(world, acme):
    made = await presign(world, acme)
    assert (await put(world, made.signed.url)).status_code == 200
    assert refused(await put(world, made.signed.url, b"other")) == (409, "upload_state")
    upload = await begin(world, acme, 9 * MIB)
    (part,) = await sign_parts(world, upload, 1)
    assert (await send(world, part.signed, HELLO)).status_code == 200
    again = await send(world, part.signed, b"other")
    assert refused(again) == (403, "signed_url_invalid")
    assert await send_part(world, upload, 1, b"third")


async def test_of_twenty_writers_at_once_one_wins(world, acme):
    made = [await presign(world, acme) for _ in range(20)]
    answers = await asyncio.gather(
        *(put(world, each.signed.url, f"{n:05d}".encode()) for n, each in enumerate(made))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 200)
    assert (await read(world, acme)).content == f"{winner:05d}".encode()
    assert len(await world.events("file.created")) == 1


async def test_of_twenty_who_use_one_address_one_wins(world, acme):
    made = await presign(world, acme)
    answers = await asyncio.gather(*(put(world, made.signed.url) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19


async def test_what_ends_early_is_no_file_and_may_be_sent_again(world, acme, folder):
    made = await presign(world, acme)

    async def short():
        yield b"he"

    headers = {"content-type": "text/plain", "content-length": "5"}
    answer = await world.client.put(made.signed.url, content=short(), headers=headers)
    assert answer.status_code == 400
    assert list((folder / "incoming").iterdir()) == []
    assert (await listed(world, acme)).items == ()
    assert (await put(world, made.signed.url)).status_code == 200


async def test_a_part_larger_than_a_part_is_cut_off(world, acme):
    upload = await begin(world, acme, 9 * MIB)
    (part,) = await sign_parts(world, upload, 1)
    answer = await send(world, part.signed, b"x" * (8 * MIB + 1))
    assert refused(answer) == (400, "file_body_invalid")


@pytest.mark.parametrize(("keys", "holds"), [(("new", "test"), True), (("new",), False)])
async def test_addresses_hold_while_their_key_is_known(world, acme, keys, holds):
    made = await presign(world, acme)
    known = {"test": bytes(range(32)), "new": bytes(32)}
    own = replace(world.platform, vault=Vault([(name, known[name]) for name in keys]))
    request = asked(made.signed.url, "PUT", content_type="text/plain", content_length=5)
    with nullcontext() if holds else pytest.raises(SignedUrlInvalid):
        assert meaning(own, request, own.clock()).instance_id == world.instance_id
