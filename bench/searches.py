"""What is asked of very many accounts: searches in two languages, and trees."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from bench.forest import DEPTH, Account, Forest
from bench.operations import Request
from charter.surfaces.accounts import ids

FOUND = 20
"""About how many accounts lie within the range of a search by time."""
MOST_GROWN = 1.5
"""How many times dearer a search that finds few may be at a hundred times the data."""


@dataclass(frozen=True)
class Asked:
    """The accounts of an instance, and the key of the server that asks."""

    forest: Forest
    secret_key: str


@dataclass(frozen=True)
class Kind:
    """One kind of question, with its requests.

    most_grown: how many times dearer it may be at a hundred times the data; None where it finds as
    many times more.
    """

    name: str
    title: str
    requests: Callable[[Asked], Sequence[Request]]
    most_grown: float | None = MOST_GROWN


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _lucene(query: Callable[[Account, Forest], str]) -> Callable[[Asked], list[Request]]:
    def requests(asked: Asked) -> list[Request]:
        path = ids.application_id(asked.forest.instance_id)
        return [
            Request(
                "POST",
                f"/accounts/api/applications/{path}/accounts/search",
                asked.secret_key,
                json.dumps({"query": query(each, asked.forest)}),
            )
            for each in asked.forest.drawn
        ]

    return requests


def _odata(condition: Callable[[Account, Forest], str]) -> Callable[[Asked], list[Request]]:
    def requests(asked: Asked) -> list[Request]:
        return [
            Request(
                "GET",
                "/odata/api/accounts?" + urlencode({"$filter": condition(each, asked.forest)}),
                asked.secret_key,
            )
            for each in asked.forest.drawn
        ]

    return requests


def _trees(asked: Asked) -> list[Request]:
    return [
        Request(
            "GET",
            f"/accounts/api/accounts/{ids.account_id(each)}/accounts?depth={DEPTH}",
            asked.secret_key,
        )
        for each in asked.forest.tops
    ]


def _first(account: Account) -> str:
    return account.name.split()[0]


def _range(account: Account, forest: Forest) -> str:
    until = account.made_at + FOUND * forest.step
    return (
        f"status:{account.status} AND created_at:[{_moment(account.made_at)} TO {_moment(until)}]"
    )


def _three(account: Account, forest: Forest) -> str:
    place = forest.drawn.index(account)
    words = [_first(forest.drawn[place - each]).lower() for each in range(3)]
    return " OR ".join(f"name:{each}*" for each in words)


def _newer(account: Account, forest: Forest) -> str:
    since = forest.now - FOUND * forest.step
    return f"status eq '{account.status}' and createdAt gt {_moment(since)}"


def _two(account: Account, forest: Forest) -> str:
    other = forest.drawn[forest.drawn.index(account) - 1]
    return f"name in ('{account.name}','{other.name}')"


KINDS = (
    Kind(
        "lucene-prefix",
        "Lucene, how a name begins",
        _lucene(lambda account, _: f"name:{_first(account).lower()}*"),
    ),
    Kind(
        "lucene-part",
        "Lucene, a part of a name",
        _lucene(lambda account, _: f"name:*{_first(account)[1:]}*"),
    ),
    Kind(
        "lucene-exact",
        "Lucene, a whole name",
        _lucene(lambda account, _: f'name:"{account.name.lower()}"'),
    ),
    Kind("lucene-range", "Lucene, a status within a range of time", _lucene(_range)),
    Kind(
        "lucene-bare",
        "Lucene, a bare word",
        _lucene(lambda account, _: _first(account).lower()),
    ),
    Kind("lucene-or", "Lucene, one of three beginnings", _lucene(_three)),
    Kind(
        "odata-startswith",
        "OData, startswith",
        _odata(lambda account, _: f"startswith(name,'{_first(account)}')"),
    ),
    Kind(
        "odata-contains",
        "OData, contains",
        _odata(lambda account, _: f"contains(name,'{_first(account)[1:]}')"),
    ),
    Kind("odata-eq", "OData, name eq", _odata(lambda account, _: f"name eq '{account.name}'")),
    Kind("odata-newer", "OData, status eq and createdAt gt", _odata(_newer)),
    Kind("odata-in", "OData, name in", _odata(_two)),
    Kind("tree", "a tree ten levels deep", _trees),
    Kind(
        "odata-count",
        "OData, a trade, with its count",
        _odata(lambda account, _: f"contains(name,'{account.name.split()[1]}')"),
        most_grown=None,
    ),
)
"""The last finds one account in twenty, and counts them: what that costs grows with the data."""
