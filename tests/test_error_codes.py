"""Every error of the core has one name: its code is its class in snake case."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import charter.core
from charter.kernel.errors import DomainError
from charter.surfaces.backend.errors import RENAMED as BACKEND
from charter.surfaces.rpc.dialect import RENAMED as RPC

for module in pkgutil.walk_packages(charter.core.__path__, "charter.core."):
    importlib.import_module(module.name)


def errors(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for each in base.__subclasses__():
        yield each
        yield from errors(each)


def test_the_code_of_an_error_is_its_name():
    wrong = {
        each.__name__: each.code
        for each in errors()
        if each.__module__.startswith("charter.core.")
        and each.code != re.sub(r"(?<!^)(?=[A-Z])", "_", each.__name__).lower()
    }
    assert wrong == {}


def test_doors_rename_only_errors_that_there_are():
    known = {each.code for each in errors()}
    assert BACKEND.keys() - known == set()
    assert RPC.keys() - known == set()
