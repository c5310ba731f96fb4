"""Arguments for the operations of machines and their tokens."""

from collections.abc import Callable
from typing import Any

from charter.core.m2m_tokens.model import NewM2mToken
from charter.core.machines.model import MachinePatch, NewMachine
from charter.kernel.lists import Search
from tests.cast import Cast


def machine(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"machine_id": cast["machine"], **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "m2m_tokens.create": lambda _: {"new": NewM2mToken()},
    "m2m_tokens.revoke": lambda cast: {"m2m_token_id": cast["m2m_token"]},
    "m2m_tokens.search": lambda cast: {"subject": cast["machine"], "search": Search()},
    "m2m_tokens.verify": lambda cast: {"token": cast.facts["m2m_token_secret"]},
    "machines.create": lambda cast: {
        "new": NewMachine(name="Third", scoped_machines=[cast["machine"]])
    },
    "machines.create_scope": lambda cast: {
        "machine_id": cast["scoped_machine"],
        "to_machine_id": cast["machine"],
    },
    "machines.delete": machine(),
    "machines.delete_scope": lambda cast: {
        "machine_id": cast["machine"],
        "to_machine_id": cast["scoped_machine"],
    },
    "machines.get": machine(),
    "machines.read_secret": machine(),
    "machines.rotate_secret": machine(previous_token_ttl=60),
    "machines.search": lambda _: {"search": Search()},
    "machines.update": machine(patch=MachinePatch(name="Renamed")),
}
"""Every operation, with what makes its arguments."""
