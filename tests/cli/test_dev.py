"""`charter dev`: starts, keeps its data, ends at once, survives every kill, and explains itself."""

import contextlib
import os
import signal
import socket
import time

import httpx
import pytest


def answer(server, method: str = "GET", **more) -> httpx.Response:
    headers = {"authorization": f"Bearer {server.secret_key}"}
    with httpx.Client(trust_env=False, headers=headers, timeout=20) as client:
        return client.request(method, f"{server.url}/v1/jwks", **more)


def test_it_starts_in_a_folder_with_a_space_and_answers(dev, tmp_path):
    with dev(tmp_path / "my data") as server:
        assert answer(server).status_code == 200


def test_a_second_start_finds_the_same_keys(dev, tmp_path):
    with dev(tmp_path / "data") as first:
        keys = answer(first).json()
        first.end(signal.SIGINT)
    with dev(tmp_path / "data") as second:
        assert second.secret_key == first.secret_key
        assert answer(second).json() == keys


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_within_two_seconds(dev, tmp_path, number):
    took = []
    # Other tests may hold both cores at that moment: the best of three tells what it takes.
    while len(took) < 3 and (not took or took[-1] >= 2):
        with dev(tmp_path / "data") as server:
            assert answer(server).status_code == 200
            took.append(server.end(number))
            assert server.process.returncode == 0
            assert server.survivors() == []
    assert min(took) < 2


def test_a_killed_server_leaves_no_process_and_starts_again(dev, tmp_path):
    with dev(tmp_path / "data") as first:
        first.end(signal.SIGKILL)
        assert first.survivors() == []
    with dev(tmp_path / "data") as second:
        assert second.secret_key == first.secret_key
        assert answer(second).status_code == 200


def test_a_killed_database_comes_back_without_a_restart(dev, tmp_path):
    with dev(tmp_path / "data") as server:
        before = answer(server).json()
        os.kill(server.postgres().pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                response = answer(server)
                assert response.status_code in {200, 503}
                if response.status_code == 200:
                    break
            time.sleep(0.1)
        assert response.json() == before


def test_a_database_url_in_the_shell_is_left_alone(dev, tmp_path):
    with dev(tmp_path / "data", DATABASE_URL="postgresql://nobody@nowhere.invalid/x") as server:
        assert answer(server).status_code == 200


def test_a_port_in_use_is_told_in_one_sentence(charter):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = charter("dev", "--port", str(port))
    assert result.returncode == 4
    assert result.stderr == (
        f"charter: Port {port} on 127.0.0.1 is in use by another program; choose one with --port, "
        'as in make dev ARGS="--port 8200".\n'
    )


def test_a_foreign_host_is_told_in_one_sentence(charter):
    result = charter("dev", "--host", "203.0.113.7", "--port", "0")
    assert result.returncode == 4
    assert "203.0.113.7 is not an address of this machine" in result.stderr


def test_an_unwritable_folder_is_told_in_one_sentence(charter, tmp_path):
    (tmp_path / "file").write_text("")
    result = charter("dev", "--port", "0", "--data", "file/data")
    assert result.returncode == 4
    assert result.stderr.splitlines()[-1].startswith("charter: The data folder")
    assert "cannot be written" in result.stderr


def test_a_folder_of_a_newer_postgresql_is_told_in_one_sentence(charter, tmp_path):
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("99\n")
    result = charter("dev", "--port", "0", "--data", "data")
    assert result.returncode == 6
    assert "made by PostgreSQL 99, which is newer" in result.stderr.splitlines()[-1]


def test_a_folder_in_use_is_told_in_one_sentence(dev, charter, tmp_path):
    with dev(tmp_path / "data"):
        result = charter("dev", "--port", "0", "--data", "data")
    assert result.returncode == 4
    assert "in use by another charter" in result.stderr.splitlines()[-1]
