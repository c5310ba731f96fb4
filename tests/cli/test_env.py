"""What official clients are told, under the names that each of them reads."""

import dataclasses

import pytest

from charter.bootstrap import InstanceKeys
from charter.cli.env import NAMES, facts
from charter.settings import Settings

KEYS = InstanceKeys("ins_1", "sk_test_1", "pk_test_1", "PEM")


@pytest.mark.parametrize("client", NAMES)
def test_every_variable_of_a_client_has_a_value(client):
    known = facts(Settings(), KEYS)
    assert all(known[fact] for fact in NAMES[client].values())


def test_a_browser_is_told_one_name_of_this_machine():
    known = facts(Settings(port=8200), KEYS)
    assert known["api_url"] == "http://localhost:8200"
    assert known["frontend_url"] == "http://localhost:8200/frontend"
    assert known["script_url"].startswith("http://localhost:8200/frontend/npm/@clerk/clerk-js@6/")


def test_no_secret_is_among_what_a_page_is_built_with():
    for client in ("react", "nextjs"):
        public = {
            fact for name, fact in NAMES[client].items() if name.startswith(("VITE_", "NEXT_"))
        }
        assert "secret_key" not in public


def test_a_public_address_is_told_as_it_is():
    settings = dataclasses.replace(Settings(), frontend_url="https://auth.acme.test")
    assert facts(settings, KEYS)["frontend_url"] == "https://auth.acme.test/frontend"


def test_each_client_is_told_its_own_names(dev, charter, tmp_path):
    with dev(tmp_path / "data") as server:
        for client, names in NAMES.items():
            lines = charter("env", "--for", client, "--data", "data").stdout.splitlines()
            told = dict(line.split("=", 1) for line in lines)
            assert list(told) == list(names)
        assert told["CLERK_SECRET_KEY"] == server.secret_key
        assert told["NEXT_PUBLIC_CLERK_PROXY_URL"] == f"{server.url}/frontend"
