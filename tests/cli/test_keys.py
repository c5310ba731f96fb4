"""Keys from the command line: what is in use, rotation, revocation, sealing anew."""

import re

import httpx
import pytest

from charter.kernel.algorithms import ALGORITHMS
from charter.settings import new_key


@pytest.mark.security("P3")
def test_stored_secrets_move_to_a_new_key_and_the_old_one_can_go(dev, charter, tmp_path):
    data = tmp_path / "data"
    with dev(data) as server:
        [file] = [path for path in data.iterdir() if ":" in _text(path) and "dev-" in _text(path)]
        old = file.read_text().strip()
        fresh = new_key("dev-")
        file.write_text(f"{fresh}\n")
        lost = charter("env", "--data", "data")
        assert lost.returncode == 3
        (line,) = lost.stderr.splitlines()
        assert "What is sealed in this database opens with none of the encryption keys" in line
        file.write_text(f"{fresh}\n{old}\n")
        done = charter("keys", "reseal", "--data", "data")
        assert done.returncode == 0, done.stderr
        assert f"sealed anew under {fresh.partition(':')[0]}" in done.stdout
        assert int(done.stdout.split()[0]) >= 3
        assert charter("keys", "reseal", "--data", "data").stdout.startswith("0 values")
        file.write_text(f"{fresh}\n")
        env = charter("env", "--data", "data").stdout
        assert f"CHARTER_SECRET_KEY={server.secret_key}\n" in env


@pytest.mark.security("P4")
def test_every_algorithm_and_key_is_printed_and_no_secret(dev, charter, tmp_path):
    with dev(tmp_path / "data") as server:
        printed = charter("keys", "algorithms", "--data", "data").stdout
        for row in ALGORITHMS:
            assert f"{row.purpose}: {row.algorithm}" in printed
        assert len(re.findall(r"session token signature: key ins_\w+, RS256", printed)) == 2
        assert re.search(r"encryption at rest: key dev-\w+, AES-256-GCM, seals and opens", printed)
        assert server.secret_key not in printed


def test_a_secret_key_is_revoked_by_its_id(dev, charter, tmp_path):
    with dev(tmp_path / "data") as server:
        listed = charter("keys", "list", "--data", "data").stdout
        key_id = re.search(r"secret key\s+(\S+)", listed)[1]
        revoked = charter("keys", "revoke", key_id, "--data", "data")
        assert "revoked" in revoked.stdout
        again = charter("keys", "revoke", key_id, "--data", "data")
        assert again.returncode == 1
        assert "No secret key has this id" in again.stderr
        headers = {"authorization": f"Bearer {server.secret_key}"}

        def status():
            return httpx.get(f"{server.url}/v1/jwks", headers=headers).status_code

        assert _becomes(401, status)


def test_a_signing_key_waits_until_it_was_published_unless_the_old_one_leaked(
    dev, charter, tmp_path
):
    with dev(tmp_path / "data"):
        first = charter("keys", "rotate", "--signing", "--data", "data")
        assert first.returncode == 0, first.stderr
        second = charter("keys", "rotate", "--signing", "--data", "data")
        assert second.returncode == 1
        assert "With --at-once it need not wait" in second.stderr
        third = charter("keys", "rotate", "--signing", "--at-once", "--data", "data")
        assert third.returncode == 0, third.stderr
        assert "retiring" not in third.stdout


def _text(path):
    return path.read_text(errors="ignore") if path.is_file() else ""


def _becomes(wanted, ask):
    """Whether an answer comes within the second that servers remember a key."""
    import time

    end = time.monotonic() + 3
    while time.monotonic() < end:
        if ask() == wanted:
            return True
        time.sleep(0.1)
    return False
