"""A client library for OData, unmodified, works against the server."""

import asyncio
import uuid

import pytest
import requests
from odata import ODataService
from odata.exceptions import ODataError

from tests.live import live

ACCOUNTS = {"Acme": "Pumps", "Brick": None, "Carrot & Co": "Roots", "O'Neil": None}


@pytest.fixture
def server(settings):
    """A server whose accounts are those that the test makes."""
    with live(settings, f"odata-{uuid.uuid4().hex[:8]}.test") as made:
        yield made


@pytest.fixture
def session(server):
    with requests.Session() as made:
        made.headers["Authorization"] = f"Bearer {server.secret_key}"
        yield made


@pytest.fixture
def root(server):
    return f"{server.url}/odata/api/"


def told(root, session):
    """What the library makes of the accounts, asked in its own way."""
    for name, description in ACCOUNTS.items():
        body = {"name": name, "description": description}
        assert session.post(f"{root}accounts", json=body).status_code == 201
    service = ODataService(root, session=session, reflect_entities=True, quiet_progress=True)
    accounts = service.entities["accounts"]

    def names(query):
        return [account.name for account in query.all()]

    def asked():
        return service.query(accounts)

    found = {
        "all": sorted(names(asked())),
        "equal": names(asked().filter(accounts.name == "O'Neil")),
        "like": names(asked().filter(accounts.name.contains("Co"))),
        "both": names(
            asked().filter((accounts.status == "active") & accounts.name.startswith("B"))
        ),
        "null": sorted(names(asked().filter(accounts.description == None))),  # noqa: E711
        "last": names(asked().order_by(accounts.name.desc()).limit(1)),
        "second": names(asked().order_by(accounts.name.asc()).offset(1).limit(1)),
        "count": asked().filter(accounts.description != None).count(),  # noqa: E711
        "chosen": asked().order_by(accounts.name.asc()).limit(1).select(accounts.name).all(),
    }
    one = asked().order_by(accounts.name.asc()).first()
    found["by key"] = asked().get(one.id).name
    found["moment"] = one.createdAt.year >= 2026
    with pytest.raises(ODataError) as refused:
        service.query(accounts).raw({"$filter": "nothing eq 1"})
    found["refused"] = refused.value.code
    return found


async def test_the_library_reads_the_metadata_and_asks_by_it(root, session):
    assert await asyncio.to_thread(told, root, session) == {
        "all": sorted(ACCOUNTS),
        "equal": ["O'Neil"],
        "like": ["Carrot & Co"],
        "both": ["Brick"],
        "null": ["Brick", "O'Neil"],
        "last": ["O'Neil"],
        "second": ["Brick"],
        "count": 2,
        "chosen": [{"name": "Acme"}],
        "by key": "Acme",
        "moment": True,
        "refused": "INVALID_FILTER",
    }
