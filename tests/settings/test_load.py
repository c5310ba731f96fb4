"""Where settings come from, and what is said about wrong ones."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from charter.cli.env import OURS
from charter.problems import SettingsProblem
from charter.settings import Settings, load, misspelt

KEY = "vZ0Wm3bq6yKqjZr0m0b8l5q1sR2tT9uXcQeYhPdNfGk"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_an_operator_lets_sdks_start_without_keys_where_it_is_off():
    given = {"CHARTER_MODE": "production", "CHARTER_KEYLESS_START": "on"}
    assert load(given | {"CHARTER_KEYLESS_START_LIMIT": "7"}).keyless_start is True
    assert load({"CHARTER_KEYLESS_START": "off"}).keyless_start is False


def test_nothing_given_is_a_complete_development_server():
    settings = load({})
    assert settings.is_development
    assert settings.data == Path.cwd() / ".charter"
    assert settings.api_url == settings.frontend_url == "http://localhost:8000"
    assert settings.proxy_url == "http://localhost:8000/frontend"
    assert settings.mail_capture is True
    assert settings.keyless_start is True
    assert settings.blobs_url == (Path.cwd() / ".charter" / "blobs").as_uri()
    assert settings.workers == os.cpu_count()
    assert settings.hash_concurrency == max(1, settings.workers - 1)


def test_a_database_url_means_production():
    settings = load({"DATABASE_URL": "postgresql://db/charter"})
    assert settings.mode == "production"
    assert settings.mail_capture is False
    assert settings.keyless_start is False


def test_the_command_line_rules_the_environment_and_that_rules_the_file():
    Path("charter.toml").write_text('port = 1\nhost = "file"\nlog_level = "error"\n')
    settings = load({"CHARTER_PORT": "2", "CHARTER_HOST": "env"}, overrides={"port": 3})
    assert (settings.port, settings.host, settings.log_level) == (3, "env", "error")


def test_a_named_file_is_read_instead_of_the_one_in_the_folder():
    Path("charter.toml").write_text("port = 1\n")
    Path("other.toml").write_text("port = 2\n")
    assert load({"CHARTER_CONFIG": "other.toml"}).port == 2
    assert load({}, config=Path("other.toml")).port == 2


@pytest.mark.security("P2")
def test_a_secret_may_lie_in_a_file():
    Path("keys").write_text(f"a:{KEY}\n")
    settings = load({"CHARTER_SECRET_ENCRYPTION_KEYS_FILE": "keys"})
    assert [key_id for key_id, _ in settings.encryption_keys] == ["a"]


def test_several_keys_keep_their_order_in_every_form():
    text = load({"CHARTER_SECRET_ENCRYPTION_KEYS": f"b:{KEY}, a:{KEY}="})
    Path("charter.toml").write_text(f'encryption_keys = ["b:{KEY}", "a:{KEY}"]\n')
    assert text.encryption_keys == load({}).encryption_keys
    assert [key_id for key_id, _ in text.encryption_keys] == ["b", "a"]


def test_variables_that_clients_use_do_not_change_the_server():
    environment = {"CHARTER_API_URL": "http://x", "CHARTER_SECRET_KEY": "sk", "CHARTER_PORT": "9"}
    assert load(environment).api_url == "http://localhost:9"


@pytest.mark.security("P2")
def test_secrets_are_not_shown():
    settings = Settings(
        database_url="postgresql://u:hidden@db/x",
        smtp_password="hidden",
        encryption_keys=(("a", b"hidden" * 6),),
    )
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CHARTER_PORT": "many"}, "CHARTER_PORT must be a whole number from 0 to 65535."),
        ({"CHARTER_PORT": "70000"}, "CHARTER_PORT must be a whole number from 0 to 65535."),
        ({"CHARTER_WORKERS": "-1"}, "CHARTER_WORKERS must be a whole number from 0 to 256."),
        ({"CHARTER_MODE": "staging"}, "CHARTER_MODE must be one of development, production."),
        ({"CHARTER_MAIL_CAPTURE": "perhaps"}, "CHARTER_MAIL_CAPTURE must be true or false."),
        ({"CHARTER_CONFIG": "none.toml"}, "The settings file none.toml does not exist."),
        ({"DATABASE_URL_FILE": "none"}, "DATABASE_URL_FILE names none, which cannot be read."),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence(environment, sentence):
    with pytest.raises(SettingsProblem) as raised:
        load(environment)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    "value", ["a", "a:short-canary", ":" + KEY, f"a:{KEY},a:{KEY}", ",", "é:x"]
)
def test_a_wrong_key_is_told_without_repeating_it_and_how_to_make_one(value):
    with pytest.raises(SettingsProblem, match="CHARTER_SECRET_ENCRYPTION_KEYS") as raised:
        load({"CHARTER_SECRET_ENCRYPTION_KEYS": value})
    assert "`charter keys generate`" in str(raised.value)
    assert "canary" not in str(raised.value)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[smtp]\nhost = "a"', "unknown setting smtp; it has no tables"),
        ("prot = 1", "unknown setting prot; did you mean port?"),
        ("port =", "is not TOML"),
        ("port = true", "port must be a whole number"),
        ("host = 1", "host must be text"),
        ("encryption_keys = 1", "encryption_keys must be a list"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(text, words):
    Path("charter.toml").write_text(text)
    with pytest.raises(SettingsProblem, match=words.replace("?", r"\?")):
        load({})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CHARTER_SMTP_SECURTY", "CHARTER_SMTP_SECURITY"),
        ("CHARTER_SMTP_PASSWORD", "CHARTER_SECRET_SMTP_PASSWORD"),
        ("CHARTER_DATABASE_URL", "DATABASE_URL"),
    ],
)
def test_a_slip_in_the_name_of_a_variable_is_told(name, meant):
    assert list(misspelt({name: "x"})) == [f"{name} is no setting; did you mean {meant}?"]


def test_what_only_begins_like_a_setting_is_left_alone():
    ours = dict.fromkeys([*OURS, "CHARTER_CONFIG", "CHARTER_SECRET_ENCRYPTION_KEYS_FILE"], "x")
    assert not list(misspelt({**ours, "CHARTER_PORT": "1", "CHARTER_SERVICE_HOST": "x"}))


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        load({}).port = 1


def test_the_generated_page_is_current():
    root = Path(__file__).parents[2]
    command = [sys.executable, str(root / "tools" / "settings_page.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
