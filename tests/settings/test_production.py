"""Row P2 of the security requirements: production refuses weak, example and development values."""

import dataclasses
from pathlib import Path

import pytest

from charter.kernel.secrets import read_key
from charter.problems import SettingsProblem
from charter.settings import Settings, check_production, development_keys, new_key, weaknesses

STRONG = "vK3p-9xTq_Lm72RwZ"


def random_key():
    key_id, _, text = new_key().partition(":")
    return key_id, read_key(text)


@pytest.fixture
def sound() -> Settings:
    return Settings(
        mode="production",
        database_url=f"postgresql://app:{STRONG}@db.internal/accounts",
        encryption_keys=(random_key(),),
        api_url="https://api.acme.dev",
        frontend_url="https://auth.acme.dev",
        app_url="https://acme.dev",
        smtp_host="mail.acme.dev",
        smtp_username="app",
        smtp_password=STRONG,
        mail_from="Acme <accounts@acme.dev>",
    )


def test_sound_settings_are_accepted(sound):
    check_production(sound)
    assert weaknesses(sound) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"operator_mail": "ops@acme.dev"},
        {"breached_passwords_url": "https://mirror.acme.dev/range/"},
        {"breached_passwords_url": "http://127.0.0.1:8080/range/"},
        {"captcha_secret": STRONG},
        {"captcha_verify_url": "unused without a secret"},
        {"blobs_url": "s3://acme/pictures"},
        {"private_addresses": True},
    ],
)
def test_what_may_be_set_is_accepted(sound, changes):
    assert weaknesses(dataclasses.replace(sound, **changes)) == []


@pytest.mark.security("P2")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mode": "development", "mail_capture": False}, "set CHARTER_MODE=production"),
        ({"database_url": None}, "set DATABASE_URL"),
        ({"database_url": "mysql://db/x"}, "must begin with postgresql://"),
        ({"database_url": "postgresql://[db/x"}, "is not a URL"),
        ({"database_url": "postgresql://app:charter@db/x"}, "password in DATABASE_URL is weak"),
        ({"database_url": "postgresql://app:changeme12345@db/x"}, "DATABASE_URL is weak"),
        ({"database_url": "postgresql://app:aaaaaaaaaaaaaaaa@db/x"}, "DATABASE_URL is weak"),
        ({"database_url": "postgresql://accounts:accounts2026@db/x"}, "DATABASE_URL is weak"),
        ({"encryption_keys": ()}, "set CHARTER_SECRET_ENCRYPTION_KEYS"),
        ({"encryption_keys": (("a", bytes(32)),)}, "key a .* is not random"),
        ({"encryption_keys": (("a", bytes(range(32))),)}, "key a .* is not random"),
        ({"encryption_keys": (("a", b"correct horse battery staple 123"),)}, "is not random"),
        ({"encryption_keys": (random_key(), ("b", b"ab" * 16))}, "key b .* is not random"),
        ({"encryption_keys": (("dev-1", random_key()[1]),)}, "dev-1 .* made for development"),
        ({"api_url": "http://api.acme.dev"}, "CHARTER_PUBLIC_API_URL must be the public https"),
        ({"api_url": "https://localhost"}, "CHARTER_PUBLIC_API_URL"),
        ({"api_url": "https://[bad"}, "CHARTER_PUBLIC_API_URL is no address"),
        ({"api_url": "https://"}, "CHARTER_PUBLIC_API_URL is no address"),
        ({"api_url": "https://api.acme.dev:99999"}, "CHARTER_PUBLIC_API_URL is no address"),
        ({"api_url": "https://api.acme.dev/v1"}, "CHARTER_PUBLIC_API_URL is given without the /v1"),
        ({"app_url": "https://acme.dev/?a=1"}, "CHARTER_APP_URL is no address"),
        ({"frontend_url": "https://auth.example.com"}, "auth.example.com is an example"),
        ({"app_url": "https://app.test"}, "CHARTER_APP_URL"),
        ({"mail_capture": True}, "CHARTER_MAIL_CAPTURE"),
        ({"smtp_host": None}, "set CHARTER_SMTP_HOST"),
        ({"smtp_password": "password"}, "CHARTER_SECRET_SMTP_PASSWORD is weak"),
        ({"smtp_security": "none"}, "CHARTER_SMTP_SECURITY=none"),
        ({"blobs_url": "memory:///"}, "CHARTER_BLOBS_URL=memory: forgets"),
        ({"operator_mail": "ops"}, "CHARTER_OPERATOR_MAIL is no address"),
        ({"operator_mail": "a@acme.dev, b@acme.dev"}, "CHARTER_OPERATOR_MAIL is no address"),
        ({"breached_passwords_url": "mirror.acme.dev/range"}, "CHARTER_BREACHED_PASSWORDS_URL"),
        ({"captcha_secret": STRONG, "captcha_verify_url": "x"}, "CHARTER_CAPTCHA_VERIFY_URL"),
        (
            {"captcha_secret": STRONG, "captcha_script_url": "http://acme.dev/a.js"},
            "CHARTER_CAPTCHA_SCRIPT_URL is no https:// address",
        ),
        ({"mail_from": "me@localhost"}, "CHARTER_MAIL_FROM"),
        ({"mail_from": "me@example.com"}, "CHARTER_MAIL_FROM"),
    ],
)
def test_each_weak_value_is_refused_with_one_sentence(sound, changes, words):
    settings = dataclasses.replace(sound, **changes)
    with pytest.raises(SettingsProblem, match=words) as raised:
        check_production(settings)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.security("P2")
def test_the_refusal_does_not_repeat_the_secret(sound):
    weak = "charter-12345"
    settings = dataclasses.replace(
        sound, database_url=f"postgresql://app:{weak}@db/x", smtp_password=weak
    )
    assert weak not in "".join(weaknesses(settings))


@pytest.mark.security("P2")
def test_keys_of_a_development_folder_are_refused(sound, tmp_path: Path):
    keys = development_keys(tmp_path / "keys")
    settings = dataclasses.replace(sound, encryption_keys=keys)
    assert ["made for development" in sentence for sentence in weaknesses(settings)] == [True]
