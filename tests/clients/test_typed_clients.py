"""The clients that are made of the descriptions of the account APIs work against the server."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from charter.surfaces.accounts.ids import application_id

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    """A folder with both clients."""
    folder = tmp_path_factory.mktemp("clients")
    tool = ROOT / "tools" / "typed_clients.py"
    subprocess.run([sys.executable, str(tool), str(folder)], check=True, capture_output=True)
    return folder


async def run(clients, server, *command):
    environment = {
        **os.environ,
        "PYTHONPATH": str(clients),
        "CHARTER_API_URL": server.url,
        "CHARTER_SECRET_KEY": server.secret_key,
        "CHARTER_APPLICATION_ID": application_id(server.keys.instance_id),
    }
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "error", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip()


async def test_the_example_keeps_its_customers_as_accounts(clients, live_server):
    told = await run(clients, live_server, str(ROOT / "examples" / "accounts_client" / "app.py"))
    assert told == "['owner'] ['Branch'] ['active']"


ODATA = """
import os
from charter_odata import AuthenticatedClient
from charter_odata.api.accounts import get_accounts, post_accounts
from charter_odata.models import CreateAccount

client = AuthenticatedClient(
    base_url=os.environ["CHARTER_API_URL"] + "/odata/api", token=os.environ["CHARTER_SECRET_KEY"]
)
for name in ("Typed one", "Typed two"):
    made = post_accounts.sync(client=client, body=CreateAccount(name=name))
    assert made.name == name, made
found = get_accounts.sync(client=client, filter_="startswith(name,'Typed')", orderby="name")
print([account.name for account in found.value], found.count)
"""


async def test_the_odata_client_asks_in_queries(clients, live_server):
    told = await run(clients, live_server, "-c", ODATA)
    assert told == "['Typed one', 'Typed two'] 2"
