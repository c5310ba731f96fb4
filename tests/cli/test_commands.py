"""The other commands, over the data folder of a running server and without one."""

import re
import shlex
import subprocess

import asyncpg
import httpx
import pytest

from charter.cli import EXIT_CODES
from charter.cli.env import quoted
from charter.outside.postgres import running
from charter.problems import Exit

VARIABLES = [
    "CHARTER_API_URL",
    "CHARTER_SECRET_KEY",
    "CHARTER_PUBLISHABLE_KEY",
    "CHARTER_FRONTEND_URL",
    "CHARTER_JWT_KEY",
    "CHARTER_APPLICATION_ID",
]


def test_commands_read_the_folder_of_a_running_server(dev, charter, tmp_path):
    with dev(tmp_path / "data") as server:
        env = charter("env", "--data", "data").stdout
        assert f"CHARTER_API_URL={server.url}\n" in env
        assert f"CHARTER_SECRET_KEY={server.secret_key}\n" in env
        assert [line.partition("=")[0] for line in env.splitlines()] == VARIABLES

        listed = charter("instances", "list", "--data", "data").stdout.splitlines()
        assert len(listed) == 1
        assert listed[0].startswith("ins_")

        doctor = charter("doctor", "--data", "data")
        assert doctor.returncode == 0, doctor.stdout

        known = charter("keys", "list", "--data", "data").stdout
        assert "AES-256-GCM" in known
        assert "RS256" in known
        assert server.secret_key not in known


def test_commands_work_while_no_server_runs(dev, charter, tmp_path):
    with dev(tmp_path / "data") as server:
        server.end(2)
    made = charter(
        "instances", "create", "--name", "Acme", "--host", "auth.acme.dev", "--data", "data"
    )
    assert re.search(r"Secret key\s+sk_test_\w+", made.stdout), made.stderr
    assert "a host or an id in the path has to name one" in made.stderr
    assert len(charter("instances", "list", "--data", "data").stdout.splitlines()) == 2
    twice = ("--name", "Acme", "--host", "auth.acme.dev", "--data", "data")
    again = charter("instances", "create", *twice)
    assert (again.returncode, again.stdout) == (1, "")
    assert "There is an instance with the host auth.acme.dev" in again.stderr
    rotated = charter("keys", "rotate", "--secret", "--data", "data")
    assert rotated.returncode == 1
    assert "name one with --instance" in rotated.stderr


def test_rotating_the_secret_key_is_seen_by_env(dev, charter, tmp_path):
    with dev(tmp_path / "data") as server:
        fresh = charter("keys", "rotate", "--secret", "--data", "data").stdout.strip()
        assert fresh != server.secret_key
        assert f"CHARTER_SECRET_KEY={fresh}\n" in charter("env", "--data", "data").stdout


def test_an_empty_folder_is_told_in_one_sentence(charter):
    result = charter("env", "--data", "nowhere")
    assert result.returncode == 4
    assert "There are no data in" in result.stderr


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "localhost/x", "postgresql://127.0.0.1:1/x"]
)
def test_a_wrong_database_url_is_named(charter, url):
    result = charter("migrate", DATABASE_URL=url)
    assert result.returncode == Exit.DATABASE
    assert len(result.stderr.splitlines()) == 1
    assert "Is DATABASE_URL right?" in result.stderr


async def test_a_folder_of_a_newer_schema_is_told_in_one_sentence(charter, tmp_path):
    with running(tmp_path / "data" / "postgres") as postgres:
        connection = await asyncpg.connect(postgres.url)
        await connection.execute("CREATE TABLE alembic_version (version_num varchar(32))")
        await connection.execute("INSERT INTO alembic_version VALUES ('299901010000')")
        await connection.close()
    for command in (["dev", "--port", "0"], ["migrate"], ["env"]):
        result = charter(*command, "--data", "data")
        assert result.returncode == 6
        assert "migrated by a newer Charter" in result.stderr.splitlines()[-1]


def test_serve_and_worker_refuse_a_development_server(charter):
    for command in ("serve", "worker"):
        result = charter(command)
        assert result.returncode == 3
        assert "Production needs a database of its own; set DATABASE_URL." in result.stderr


def test_a_generated_key_is_one_that_settings_take(charter):
    key = charter("keys", "generate").stdout.strip()
    result = charter("doctor", "--data", "none", CHARTER_SECRET_ENCRYPTION_KEYS=key)
    assert result.returncode == Exit.CHECKS
    result = charter("doctor", "--data", "none", CHARTER_SECRET_ENCRYPTION_KEYS=key[:-3])
    assert result.returncode == Exit.SETTINGS


def test_the_help_names_every_exit_code(charter):
    text = charter("--help").stdout
    assert all(f"\n    {int(code)}  " in text for code in Exit)
    assert EXIT_CODES.count("\n  ") == len(Exit)


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(charter):
    result = charter("migarte")
    assert result.returncode == 2
    assert "Did you mean 'migrate'?" in result.stderr


def test_the_version_is_printed(charter):
    assert re.fullmatch(r"charter \d+\.\d+\.\d+\n", charter("version").stdout)


@pytest.mark.parametrize(
    "value", ["plain-1.2_3/4:5+6=", "-----BEGIN X-----\na+/=\n-----END X-----\n", "two words"]
)
def test_a_quoted_value_reads_the_same_in_a_shell_and_in_a_file(value):
    line = value.strip().replace("\n", "\\n")
    shell = subprocess.run(
        ["sh", "-c", f'V={quoted(value)}; printf %s "$V"'], capture_output=True, check=True
    )
    assert shell.stdout.decode() == line
    assert shlex.split(quoted(value)) == [line]


@pytest.mark.parametrize("value", ["a$b", "a`b", 'a"b', "a\\b"])
def test_a_value_that_would_read_differently_is_refused(value):
    with pytest.raises(ValueError, match="differently"):
        quoted(value)


async def test_beside_other_instances_apps_are_told_an_address_with_the_id(dev, charter, tmp_path):
    with dev(tmp_path / "data"):
        made = charter(
            "instances", "create", "--name", "Acme", "--host", "auth.acme.dev", "--data", "data"
        )
        told = charter("env", "--data", "data").stdout
        addresses = [
            re.search(r"CHARTER_FRONTEND_URL=(\S+)", told)[1] + "/v1",
            re.search(r"Frontend API\s+(\S+)", made.stdout)[1],
        ]
        async with httpx.AsyncClient() as client:
            found = [await client.get(each + "/environment") for each in addresses]
            assert [each.status_code for each in found] == [200, 200]
            assert len({each.json()["auth_config"]["id"] for each in found}) == 2


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("https://auth.acme.dev", "Acme"),
        ("auth.acme.dev/path", "Acme"),
        ("-.-", "Acme"),
        ("bad host.dev", "Acme"),
        ("nodots", "Acme"),
        ("auth.acme.dev", "two\nlines"),
        ("auth.acme.dev", " "),
    ],
)
def test_what_is_no_host_or_name_makes_no_instance(charter, host, name):
    refused = charter("instances", "create", "--name", name, "--host", host, "--data", "data")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "like auth.acme.com" in refused.stderr


def test_a_setting_that_is_given_twice_is_told(charter):
    refused = charter("instances", "configure", "ins_x", "a=1", "a.b=2", "--data", "data")
    assert refused.returncode == 2
    assert "a.b is given twice" in refused.stderr
