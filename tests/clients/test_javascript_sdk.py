"""The official client for JavaScript, unmodified, against a server on a port.

Every answer is held against the published contract by the server of the tests itself.
"""

import base64
import json
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import httpx
import pytest

from tests.browser import machine
from tests.browser.examples import installed
from tests.processes import clean_environment

STORY = "javascript_story.mjs"
LEAST_METHODS = 50


def told(live_server, folder: Path):
    """What the story printed, run beside the packages that the Express example has locked."""
    machine.npm()
    app = installed("express", folder)
    shutil.copy(Path(__file__).parent / STORY, app)
    mark = uuid.uuid4().hex[:8]
    given = {
        "secretKey": live_server.keys.secret_key,
        "publishableKey": live_server.keys.publishable_key,
        "jwtKey": live_server.keys.jwt_key,
        "apiUrl": live_server.url,
        "mark": mark,
        "phoneNumber": f"+1415555{int(mark[:4], 16) % 100 + 100:04d}",
    }
    done = subprocess.run(
        ["node", STORY, json.dumps(given)],
        cwd=app,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def found(live_server, tmp_path_factory):
    return told(live_server, tmp_path_factory.mktemp("story"))


def test_an_app_without_keys_starts_and_goes_on_with_those_it_gets(live_server, found):
    keyless = found["keyless"]
    made, complete = keyless["made"], keyless["complete"]
    assert keyless["again"] == made
    assert (keyless["early"], keyless["claimed"], keyless["users"]) == (409, 200, 1)
    assert complete["publishableKey"] == made["publishableKey"] != live_server.publishable_key
    assert complete["secretKey"] == made["secretKey"]
    assert complete["apiKeysUrl"] == made["apiKeysUrl"]
    # Browsers' prompts read the ids from it.
    place = r"^https?:\/\/(.*?)\/apps\/app_(.+?)\/instances\/ins_(.+?)(?:\/.*)?$"
    instance = re.match(place, made["apiKeysUrl"])[3]
    # Every name below localhost leads here in a browser; this program's resolver may not know.
    host = base64.b64decode(made["publishableKey"].removeprefix("pk_test_")).decode().rstrip("$")
    assert host.rpartition(":")[0].endswith(".localhost")
    answer = httpx.get(f"{live_server.url}/v1/environment", headers={"host": host})
    assert answer.json()["auth_config"]["id"] == f"aconf_{instance}"
    assert answer.json()["auth_config"]["claimed_at"] > 0


def test_the_official_client_for_servers_takes_every_answer(found):
    assert found["failures"] == []
    assert len(set(found["called"])) >= LEAST_METHODS
    ann, program = found["ids"]["ann"], found["ids"]["machine"]
    assert found["claims"]["sub"] == ann
    subjects = {name: each["subject"] for name, each in found["tokens"].items()}
    shown = {name: each["isAuthenticated"] for name, each in found["tokens"].items()}
    assert subjects == {
        "session": ann,
        "template": None,
        "apiKey": ann,
        "machine": program,
        "signedMachine": program,
        "forged": None,
    }
    assert shown == {name: subject is not None for name, subject in subjects.items()}
    assert {name: each["isAuthenticated"] for name, each in found["after"].items()} == {
        "apiKey": False,
        "machine": False,
    }
