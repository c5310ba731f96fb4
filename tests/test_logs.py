"""What is logged: a line for each answer, no secret, nothing that splits a line."""

import dataclasses
import json
import logging

import asyncpg
import httpx
import pytest
import structlog

from charter import logs
from charter.core.email_addresses import codes
from charter.server import create_app
from tests.sent import sent

CANARY = "Canary-7f3a9c-Passw0rd"


@pytest.fixture
def logged(capsys, settings):
    """The lines since the last call, as JSON."""

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    logs.configure(dataclasses.replace(settings, log_format="json"))
    capsys.readouterr()
    yield read
    logs.configure(settings)


def log():
    # Made anew, because a logger keeps the settings under which it was first used.
    return structlog.get_logger("tests").bind()


async def test_every_answer_is_a_line_with_its_route_and_nothing_of_its_address(
    capsys, world, http
):
    capsys.readouterr()
    await http.get(f"/v1/users/{CANARY}?query={CANARY}")
    logs.ANSWERS.write()
    output = capsys.readouterr().err
    assert "route=/v1/users/{user_id}" in output
    assert "status=401" in output
    assert "method=GET" in output
    assert "trace_id=" in output
    assert CANARY not in output


async def test_answers_are_lines_for_machines_too(logged, http):
    logged()
    await http.get("/v1/users/count")
    await http.get("/v1/nothing")
    logs.ANSWERS.write()
    first, second = logged()
    assert (first["event"], first["route"], first["status"]) == ("answered", "/v1/users/count", 401)
    assert len(first["trace_id"]) == 32
    assert second["route"] == "-"


@pytest.mark.security("N3", "K8")
async def test_no_password_code_key_or_token_is_ever_logged(capfd, world, http):
    user = await world.user("ann")
    row = user.email_addresses[0]
    verification = await world.call(None, codes.prepare_verification, email_address_id=row.id)
    (message,) = await sent(world)
    path = f"/email_addresses/{row.id}/attempt_verification"
    await world.post(path, {"verification_id": verification.id, "code": message.code})
    await world.post("/users", {"email_address": ["c@example.com"], "password": CANARY})
    await world.post("/users", {"password": CANARY, "no_such_field": CANARY})
    await world.post(f"/users/{user.id}/verify_password", {"password": CANARY})
    await http.get(f"/v1/users?{CANARY}={CANARY}", headers={"authorization": f"Bearer {CANARY}"})
    await http.get("/v1/users", headers={"cookie": CANARY, "authorization": CANARY})
    await http.post(f"/v1/{CANARY}", content=CANARY.encode())
    logs.ANSWERS.write()
    everything = "".join(capfd.readouterr())
    assert "answered" in everything
    for secret in (CANARY, message.code, world.keys.secret_key):
        assert secret not in everything


@pytest.mark.security("N3")
async def test_a_defect_is_logged_without_the_values_in_its_way(capsys, settings, platform, world):
    class Broken:
        async def get(self, key):
            raise RuntimeError(f"cannot open '{CANARY}' with sk_test_{'a' * 30}")

    app = create_app(settings, platform=dataclasses.replace(platform, blobs=Broken()))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        answer = await client.get("/images/files/users/a.png")
    output = capsys.readouterr().err
    assert answer.status_code == 500
    assert "RuntimeError: cannot open" in output
    assert "pictures.py" in output
    assert CANARY not in output + answer.text
    assert "sk_test_" not in output


def test_secrets_are_hidden_by_name_and_by_looks(logged):
    log().info(
        "signing in",
        password=CANARY,
        sealed_secret=b"x",
        headers={"Authorization": CANARY, "X-Other": "fine"},
        given=["sk_live_" + "a" * 40, "Bearer abcdef", "https://x.example/a?ticket=abc"],
        session="eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl",
        status=200,
    )
    (line,) = logged()
    text = json.dumps(line)
    assert CANARY not in text
    assert line["given"] == ["[hidden]", "[hidden]", "https://x.example/a?[hidden]"]
    assert line["session"] == "[hidden]"
    assert line["headers"] == {"Authorization": "[hidden]", "X-Other": "fine"}
    assert line["status"] == 200


@pytest.mark.security("N3")
def test_what_a_database_says_of_a_row_is_not_repeated(logged):
    detail = f"new row violates a check\nDETAIL:  Failing row contains ({CANARY})."
    for error in (
        asyncpg.CheckViolationError(detail),
        asyncpg.DataError(f"invalid input for query argument $1: '{CANARY}'"),
        KeyError(CANARY),
    ):
        log().error("defect", exc_info=error)
    lines = logged()
    assert [line["error"][0]["type"] for line in lines] == [
        "CheckViolationError",
        "DataError",
        "KeyError",
    ]
    assert CANARY not in json.dumps(lines)


@pytest.mark.security("K5")
@pytest.mark.parametrize("splitter", ["\r\n", "\n", "\r", "\0", "\u2028", "\x85", "\x1b"])
@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_value_splits_a_line(capsys, settings, splitter, log_format):
    logs.configure(dataclasses.replace(settings, log_format=log_format))
    hostile = f"a{splitter}2026-01-01 info forged"
    log().info("said" + splitter, given=hostile, inner={"a" + splitter: [hostile]})
    logging.getLogger("library").warning("said %s", hostile)
    output = capsys.readouterr().err
    logs.configure(settings)
    assert len(output.splitlines()) == 2
    assert not any(character in output for character in splitter.replace("\n", ""))


def test_what_libraries_log_follows_the_same_rules(logged):
    error = ValueError(f"'{CANARY}' is wrong")
    logging.getLogger("library").error("failed: %s", f"Bearer {CANARY}", exc_info=error)
    (line,) = logged()
    assert (line["logger"], line["level"]) == ("library", "error")
    assert line["error"][0]["type"] == "ValueError"
    assert CANARY not in json.dumps(line)


def test_lines_below_the_level_are_left_out(capsys, settings):
    logs.configure(dataclasses.replace(settings, log_level="error"))
    log().warning("quiet")
    log().error("loud")
    logs.configure(settings)
    output = capsys.readouterr().err
    assert "loud" in output
    assert "quiet" not in output
