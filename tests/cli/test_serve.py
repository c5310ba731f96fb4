"""`charter serve` and `charter worker`: production over a database of its own."""

import asyncio
import re
import signal
import socket
import time
from collections import Counter

import asyncpg
import httpx
import psutil
import pytest

from charter.settings.keys import new_key
from tests.processes import free_port, in_background
from tests.production import empty_database, environment
from tests.redis import running_redis


@pytest.fixture
async def given(postgres_url, post):
    """Settings of production over an empty database."""
    async with empty_database(postgres_url) as url:
        yield environment(url, post.port)


async def answers(url: str, secret_key: str) -> httpx.Response:
    """What a server answers as soon as it does."""
    headers = {"authorization": f"Bearer {secret_key}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=20) as client:
        for _ in range(600):
            try:
                return await client.get(url + "/v1/users")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise AssertionError("it does not answer")


def made(charter, given) -> str:
    """Migrate, make an instance, and give its secret key."""
    assert charter("migrate", **given).returncode == 0
    arguments = ("--name", "Acme", "--host", "auth.acme.dev", "--environment", "production")
    printed = charter("instances", "create", *arguments, **given).stdout
    return re.search(r"Secret key\s+(sk_live_\w+)", printed)[1]


async def test_commands_of_development_leave_a_production_database_alone(charter, given):
    await asyncio.to_thread(made, charter, given)
    before = (await asyncio.to_thread(charter, "instances", "list", **given)).stdout
    told = await asyncio.to_thread(charter, "env", **given)
    assert told.returncode == 1
    assert "There is no development instance here" in told.stderr
    for command in (("seed",), ("reset", "--yes")):
        refused = await asyncio.to_thread(charter, *command, **given)
        assert refused.returncode == 1
        assert "for a development server alone" in refused.stderr
    assert (await asyncio.to_thread(charter, "instances", "list", **given)).stdout == before


def gone(processes: list[psutil.Process], seconds: float = 10) -> list[psutil.Process]:
    """Those that are still there after so many seconds."""
    return psutil.wait_procs(processes, seconds)[1]


async def test_a_database_without_tables_is_refused_until_it_is_migrated(charter, given):
    for command in ("serve", "worker"):
        refused = await asyncio.to_thread(charter, command, **given)
        assert refused.returncode == 5
        assert "run `charter migrate`" in refused.stderr
    doctor = await asyncio.to_thread(charter, "doctor", **given)
    assert doctor.returncode == 7
    assert "FAIL  migrations" in doctor.stdout
    assert (await asyncio.to_thread(charter, "migrate", **given)).returncode == 0
    doctor = await asyncio.to_thread(charter, "doctor", **given)
    assert doctor.returncode == 0, doctor.stdout
    assert "fit for production" in doctor.stdout


async def test_two_processes_serve_and_a_worker_writes_to_people(charter, given, post):
    secret_key = await asyncio.to_thread(made, charter, given)
    port = free_port()
    with (
        in_background("serve", "--port", str(port), "--workers", "2", **given) as server,
        in_background("worker", **given) as worker,
    ):
        url = f"http://127.0.0.1:{port}"
        assert (await answers(url, secret_key)).status_code == 200
        headers = {"authorization": f"Bearer {secret_key}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=20) as client:
            body = {"email_address": "ben@example.org"}
            invited = await client.post(url + "/v1/invitations", json=body)
            # The pages of a development server show everybody's mail.
            assert (await client.get(url + "/dev/outbox")).status_code == 404
        assert invited.status_code == 200
        for _ in range(200):
            if post.delivered:
                break
            await asyncio.sleep(0.05)
        assert post.delivered == ["ben@example.org"]
        children = psutil.Process(server.pid).children(recursive=True)
        assert len(children) >= 2
        begun = time.monotonic()
        for process in (server, worker):
            process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.wait, 20) == 0
        assert await asyncio.to_thread(worker.wait, 20) == 0
        assert time.monotonic() - begun < 5
        assert gone(children) == []


async def test_a_request_under_way_is_answered_before_the_server_stops(charter, given):
    secret_key = await asyncio.to_thread(made, charter, given)
    port = free_port()
    other = await asyncpg.connect(given["DATABASE_URL"])
    with in_background("serve", "--port", str(port), "--workers", "1", **given) as server:
        url = f"http://127.0.0.1:{port}"
        assert (await answers(url, secret_key)).status_code == 200
        headers = {"authorization": f"Bearer {secret_key}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=20) as client:
            held = other.transaction()
            await held.start()
            await other.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
            body = {"email_address": ["ann@acme.dev"], "password": "a long walk at dusk"}
            asked = asyncio.create_task(client.post(url + "/v1/users", json=body))
            await asyncio.sleep(0.5)
            server.send_signal(signal.SIGTERM)
            await asyncio.sleep(2)
            await held.rollback()
            assert (await asked).status_code == 200
        await asyncio.to_thread(server.wait, 20)
    await other.close()


async def test_a_killed_server_leaves_no_process_that_keeps_its_port(charter, given):
    secret_key = await asyncio.to_thread(made, charter, given)
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    with in_background("serve", "--port", port, "--workers", "2", **given) as server:
        await answers(url, secret_key)
        children = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        assert gone(children) == []
    with in_background("serve", "--port", port, "--workers", "1", **given):
        assert (await answers(url, secret_key)).status_code == 200


@pytest.mark.security("M1")
async def test_two_processes_let_through_as_many_as_one(charter, given):
    secret_key = await asyncio.to_thread(made, charter, given)
    port = free_port()
    with running_redis() as store:
        limited = {"CHARTER_RATE_LIMITS": "key:write=100/60"}
        given |= {**limited, "CHARTER_SECRET_RATE_LIMIT_STORE": store}
        doctor = await asyncio.to_thread(charter, "doctor", **given)
        assert "ok    limits      requests are counted in a store" in doctor.stdout
        with in_background("serve", "--port", str(port), "--workers", "2", **given):
            url = f"http://127.0.0.1:{port}"
            assert (await answers(url, secret_key)).status_code == 200
            found = await burst(url + "/v1/redirect_urls", secret_key, 240)
    assert found == {400: 100, 429: 140}


async def burst(url: str, secret_key: str, count: int) -> Counter[int]:
    """The statuses of so many requests at once, each over a connection of its own."""

    async def ask() -> int:
        headers = {"authorization": f"Bearer {secret_key}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=60) as client:
            return (await client.post(url, content=b"{")).status_code

    return Counter(await asyncio.gather(*(ask() for _ in range(count))))


async def test_a_store_of_limits_that_is_away_is_told_by_the_doctor(charter, given):
    store = f"redis://127.0.0.1:{free_port()}/0"
    given |= {"CHARTER_SECRET_RATE_LIMIT_STORE": store}
    doctor = await asyncio.to_thread(charter, "doctor", **given)
    assert doctor.returncode == 7
    assert "FAIL  limits" in doctor.stdout


async def test_a_rate_that_cannot_be_read_is_told_before_there_are_processes(charter, given):
    await asyncio.to_thread(charter, "migrate", **given)
    given |= {"CHARTER_RATE_LIMITS": "key=many"}
    refused = await asyncio.to_thread(charter, "serve", **given)
    assert refused.returncode == 3
    assert "A rate in rate_limits must be like key=5000/10" in refused.stderr


UNOPENED = {
    "CHARTER_BLOBS_URL": ("ftp://files.acme.dev", "CHARTER_BLOBS_URL cannot be used: Blobs are"),
    "CHARTER_FILES_URL": ("s3://acme", "CHARTER_FILES_URL cannot be used: s3:// needs AWS_ACCESS"),
    "CHARTER_BREACHED_PASSWORDS_FILE": ("/nowhere", "CHARTER_BREACHED_PASSWORDS_FILE cannot be"),
}


async def test_what_cannot_be_opened_is_told_before_there_are_processes(charter, given):
    await asyncio.to_thread(charter, "migrate", **given)
    for variable, (value, sentence) in UNOPENED.items():
        for command in ("serve", "worker"):
            refused = await asyncio.to_thread(charter, command, **given, **{variable: value})
            assert refused.returncode == 3
            (line,) = refused.stderr.splitlines()
            assert sentence in line


async def test_keys_that_open_nothing_are_told_before_anything_is_sealed_under_them(charter, given):
    await asyncio.to_thread(made, charter, given)
    given |= {"CHARTER_SECRET_ENCRYPTION_KEYS": new_key()}
    for command in ("serve", "worker"):
        refused = await asyncio.to_thread(charter, command, **given)
        assert refused.returncode == 3
        assert "opens with none of the encryption keys" in refused.stderr
    doctor = await asyncio.to_thread(charter, "doctor", **given)
    assert "FAIL  keys        The signing key of" in doctor.stdout


async def test_a_command_without_keys_says_which_variable_they_are_in(charter, given):
    await asyncio.to_thread(charter, "migrate", **given)
    given |= {"CHARTER_SECRET_ENCRYPTION_KEYS": "", "CHARTER_MODE": "development"}
    for words in (("instances", "list"), ("keys", "list"), ("doctor",)):
        refused = await asyncio.to_thread(charter, *words, **given)
        said = refused.stdout + refused.stderr
        assert "CHARTER_SECRET_ENCRYPTION_KEYS is missing" in said, said
        assert "Traceback" not in said


async def test_the_doctor_tells_a_store_and_a_mail_server_that_do_not_answer(charter, given):
    await asyncio.to_thread(charter, "migrate", **given)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = {
            "CHARTER_BLOBS_URL": "s3://acme/pictures",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "CHARTER_SMTP_PORT": str(silent.getsockname()[1]),
        }
        doctor = await asyncio.to_thread(charter, "doctor", **given | away)
    assert doctor.returncode == 7
    (line,) = [each for each in doctor.stdout.splitlines() if "stores" in each]
    assert line.startswith("FAIL  stores      The file store is not available")
    print(line)
    assert "FAIL  mail        The mail server" in doctor.stdout
    assert "ok    stores" in (await asyncio.to_thread(charter, "doctor", **given)).stdout


async def test_a_name_that_almost_is_a_setting_is_told_by_the_server_too(charter, given):
    given |= {"CHARTER_TRUSTED_PROXYS": "1", "CHARTER_SMTP_HOST": ""}
    refused = await asyncio.to_thread(charter, "serve", **given)
    assert "did you mean CHARTER_TRUSTED_PROXIES?" in refused.stderr
