"""A service checks account tokens as the documentation says, in Python and in JavaScript."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from joserfc.errors import JoseError

from charter.core.oauth_authorizations.account_ids import shown
from tests.browser import machine
from tests.browser.examples import EXAMPLES, installed
from tests.processes import clean_environment

FOLDER = EXAMPLES / "account_tokens"
PAGE = EXAMPLES.parent / "docs" / "account-tokens.md"
AUDIENCE = "https://api.example"
# Reads a token a line, and says of each who it is of.
STORY = """
import { createInterface } from "node:readline";
import { verifier } from "./verify.mjs";
const verify = verifier(JSON.parse(process.argv[2]));
for await (const token of createInterface({ input: process.stdin })) {
  try {
    console.log((await verify(token)).sub);
  } catch (error) {
    console.log(error.code);
  }
}
"""


class Client:
    """A client of the application, which gets tokens by its own credentials."""

    def __init__(self, live_server) -> None:
        self.root = f"{live_server.url}/accounts"
        self.server = {"authorization": f"Bearer {live_server.secret_key}"}
        application = shown(live_server.keys.instance_id)
        path = f"{self.root}/api/applications/{application}/clients"
        body = {"name": "Service", "audience": AUDIENCE}
        made = httpx.post(path, json=body, headers=self.server)
        assert made.status_code == 201, made.text
        self.id, self.secret = made.json()["id"], made.json()["client_secret"]
        self.issuer = made.json()["issuer"]
        self.jwks_url = f"{self.root}/.well-known/jwks.json?client_id={self.id}"

    def token(self) -> str:
        form = {"grant_type": "client_credentials"}
        answer = httpx.post(f"{self.root}/oauth2/token", data=form, auth=(self.id, self.secret))
        return str(answer.json()["access_token"])

    def rotate(self) -> None:
        path = f"{self.root}/api/clients/{self.id}/jwks/rotate"
        answer = httpx.post(path, json={}, headers=self.server)
        assert answer.is_success, answer.text


@pytest.fixture
def client(live_server):
    return Client(live_server)


def test_the_page_shows_the_files_as_they_are():
    page = PAGE.read_text()
    for language, name in (("python", "verify.py"), ("js", "verify.mjs")):
        (found,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
        assert found == (FOLDER / name).read_text()


def test_acceptance_08_in_python_tokens_of_both_keys_hold_after_one_more_look(client):
    spec = importlib.util.spec_from_file_location("verify", FOLDER / "verify.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    looks = []

    class Counting(module.Verifier):
        def _read(self) -> None:
            looks.append(1)
            super()._read()

    verifier = Counting(client.jwks_url, client.issuer, AUDIENCE)
    before = client.token()
    assert verifier.claims(before)["sub"] == client.id
    client.rotate()
    after = client.token()
    assert verifier.claims(after)["cid"] == client.id
    assert verifier.claims(before)["aud"] == AUDIENCE
    assert len(looks) == 2
    other = Counting(client.jwks_url, client.issuer, "https://elsewhere.example")
    with pytest.raises(JoseError):
        other.claims(after)


def test_acceptance_08_in_javascript_tokens_of_both_keys_hold(client, tmp_path: Path):
    machine.npm()
    app = installed("account_tokens", tmp_path)
    (app / "story.mjs").write_text(STORY)
    shutil.copy(FOLDER / "verify.mjs", app)
    told = {"jwksUrl": client.jwks_url, "issuer": client.issuer, "audience": AUDIENCE}
    with subprocess.Popen(
        ["node", "story.mjs", json.dumps(told)],
        cwd=app,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as story:

        def said(token: str) -> str:
            story.stdin.write(token + "\n")
            story.stdin.flush()
            return story.stdout.readline().strip()

        before = client.token()
        assert said(before) == client.id
        client.rotate()
        assert said(client.token()) == client.id
        assert said(before) == client.id
        assert said(before[:-8] + "AAAAAAAA") == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
        story.stdin.close()
