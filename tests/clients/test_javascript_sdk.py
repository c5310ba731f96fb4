"""The official client for JavaScript, unmodified, against a server on a port.

Every answer is held against the published contract by the server of the tests itself.
"""

import json
import shutil
import subprocess
import uuid
from pathlib import Path

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


def test_the_official_client_for_servers_takes_every_answer(live_server, tmp_path):
    found = told(live_server, tmp_path)
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
