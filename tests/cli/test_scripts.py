"""`charter scripts fetch`: says where scripts come from, and what to do where they cannot."""

import pytest

from charter.cli.scripts import fetch_quietly
from charter.outside.packages import BROWSER_SCRIPTS
from charter.settings import Settings


def test_without_a_registry_it_says_how_to_name_one(charter):
    result = charter("scripts", "fetch", "--data", "data")
    assert result.returncode == 1
    assert "CHARTER_NPM_REGISTRY" in result.stderr
    assert "--from" in result.stderr


def test_a_folder_without_the_tarball_is_told_which_one_is_missing(charter, tmp_path):
    (tmp_path / "tarballs").mkdir()
    result = charter("scripts", "fetch", "--data", "data", "--from", "tarballs")
    assert result.returncode == 1
    assert f"clerk-clerk-js-{BROWSER_SCRIPTS[0].version}.tgz" in result.stderr


def test_a_tarball_that_is_not_the_pinned_one_is_refused(charter, tmp_path):
    (tmp_path / f"clerk-clerk-js-{BROWSER_SCRIPTS[0].version}.tgz").write_bytes(b"something else")
    result = charter("scripts", "fetch", "--data", "data", "--from", ".")
    assert result.returncode == 1
    assert "not what is pinned" in result.stderr
    assert not (tmp_path / "data" / "scripts").exists()


def test_scripts_that_are_kept_are_not_fetched_again(charter, tmp_path):
    for each in BROWSER_SCRIPTS:
        (tmp_path / "data" / "scripts" / each.folder_name).mkdir(parents=True)
    result = charter("scripts", "fetch", "--data", "data")
    assert result.returncode == 0
    assert [line.split(" is in ")[0] for line in result.stdout.splitlines()] == [
        str(each) for each in BROWSER_SCRIPTS
    ]


@pytest.mark.parametrize("registry", ["http://127.0.0.1:1", "none"])
def test_a_start_without_a_registry_is_not_stopped(tmp_path, capsys, registry):
    fetch_quietly(Settings(data=tmp_path, npm_registry=registry))
    said = capsys.readouterr().err
    assert ("charter scripts fetch" in said) is (registry != "none")
