"""Encryption keys of a development folder."""

import stat

import pytest

from charter.problems import SettingsProblem
from charter.settings import development_keys


def test_the_first_call_makes_a_key_that_the_second_finds(tmp_path):
    path = tmp_path / "data" / "keys"
    made = development_keys(path)
    assert made == development_keys(path)
    assert len(made[0][1]) == 32
    assert [entry.name for entry in path.parent.iterdir()] == ["keys"]


def test_the_file_is_readable_by_its_owner_alone(tmp_path):
    development_keys(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_two_folders_have_different_keys(tmp_path):
    assert development_keys(tmp_path / "a") != development_keys(tmp_path / "b")


def test_a_damaged_file_is_told_and_not_replaced(tmp_path):
    (tmp_path / "keys").write_text("dev-1:broken")
    with pytest.raises(SettingsProblem, match="dev-1"):
        development_keys(tmp_path / "keys")
    assert (tmp_path / "keys").read_text() == "dev-1:broken"
