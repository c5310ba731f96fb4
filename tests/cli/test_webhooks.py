"""Webhooks from the command line."""

import asyncio
import base64
import re

import pytest
from click.testing import CliRunner

from charter.cli import main
from tests.conftest import TEST_KEY
from tests.hooks import deliver, make_endpoint, sinking, tell


@pytest.fixture
def webhooks(world, database_url):
    """Run a command about the instance of the test."""
    key_id, key = TEST_KEY
    environment = {
        "CHARTER_MODE": "development",
        "DATABASE_URL": database_url,
        "CHARTER_SECRET_ENCRYPTION_KEYS": f"{key_id}:{base64.urlsafe_b64encode(key).decode()}",
        "CHARTER_BLOBS_URL": "memory:///",
    }

    async def run(*arguments: str):
        line = ["webhooks", *arguments, "--instance", world.instance_id]
        return await asyncio.to_thread(CliRunner().invoke, main, line, env=environment)

    return run


async def test_an_endpoint_is_made_listed_changed_rotated_and_deleted(webhooks):
    made = await webhooks("create", "https://app.example/", "--event", "user.created")
    assert made.exit_code == 0, made.output
    endpoint_id = re.search(r"ep_\w+", made.output)[0]
    secret = re.search(r"whsec_\S+", made.output)[0]
    listed = (await webhooks("list")).output
    assert f"{endpoint_id}  enabled  0 waiting  0 parked  user.created  https://app" in listed
    assert secret not in listed
    disabled = (await webhooks("update", endpoint_id, "--disable")).output
    assert f"{endpoint_id}  disabled (requested)" in disabled
    rotated = (await webhooks("rotate", endpoint_id, "--overlap-seconds", "0")).output.strip()
    assert rotated.startswith("whsec_")
    assert rotated != secret
    assert (await webhooks("delete", endpoint_id)).output == f"{endpoint_id} was deleted.\n"


async def test_an_endpoint_is_tried_out_and_sent_things_once_more(world, webhooks):
    async with sinking() as sink:
        endpoint_id = (await make_endpoint(world, sink.url)).endpoint.id
        asked = await webhooks("test", endpoint_id, "--event", "role.created")
        message_id = re.search(r"role.created is on its way as (msg_\w+)\.", asked.output)[1]
        sink.status = 500
        await tell(world)
        assert "failing since" in (await webhooks("list")).output
        for narrowed in ((), ("--endpoint", endpoint_id), ("--message", message_id)):
            shown = (await webhooks("log", *narrowed)).output
            line = rf"{message_id}  role.created  {endpoint_id}  500  \d+ ms"
            assert re.search(line, shown), shown
        assert (await webhooks("log", "--message", "msg_other")).output == ""
        sink.status = 200
        again = await webhooks("replay", endpoint_id, "--message", message_id)
        assert again.output == "1 on their way once more.\n"
        await deliver(world)
        for more, count in (((), 0), (("--with-delivered",), 1)):
            span = await webhooks("replay", endpoint_id, "--hours", "1", *more)
            assert span.output == f"{count} on their way once more.\n"
        await deliver(world)
        assert [each.id for each in sink.taken] == [message_id] * 3


async def test_what_makes_no_sense_is_told_in_a_sentence(webhooks):
    missing = await webhooks("rotate", "ep_x")
    assert (missing.exit_code, "No webhook endpoint" in missing.output) == (1, True)
    assert (await webhooks("replay", "ep_x")).exit_code == 2
    wrong = await webhooks("create", "ftp://app.example")
    assert (wrong.exit_code, "https address" in wrong.output) == (1, True)
