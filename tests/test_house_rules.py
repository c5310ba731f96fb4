"""The rules of the house that no linter knows, read from the syntax trees."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "charter"
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if "versions" not in path.parts and "__pycache__" not in str(path)
)
SQL_FILES = {"queries.py", "tables.py", "fields.py", "columns.py"}
SQL_ELSEWHERE = {
    "charter/core/acting.py": "looks a credential up before there is an operation",
    "charter/core/bearing.py": "as above",
    "charter/core/aggregates.py": "makes statements of every area",
    "charter/core/email_addresses/linked.py": "what users need of addresses, which need users",
    "charter/core/grants/settling.py": "makes the same statements for each kind of ticket",
    "charter/core/identifiers/kind.py": "makes the same statements for each kind of identifier",
    "charter/core/instances/resetting.py": "makes a statement for every table there is",
    "charter/core/invitations/terms.py": "reads an expired status, for both kinds of invitation",
    "charter/core/keys/resealing.py": "makes statements for every sealed column there is",
    "charter/core/memberships/disabled.py": "the statements about disabled members alone",
    "charter/core/memberships/further.py": "the statements that write further roles alone",
    "charter/core/memberships/held.py": "what statements of several areas are made of",
    "charter/core/memberships/lists.py": "the statements of the lists alone, which fill a module",
    "charter/core/named.py": "makes statements for roles, permissions and role sets",
    "charter/core/numbered.py": "looks up what a door names, before there is an operation",
    "charter/core/organizations/tree_queries.py": "the statements about trees alone",
    "charter/core/people/former.py": "what users need of people, who need users for the rest",
    "charter/core/plans/in_force.py": "joins for statements of other areas",
    "charter/core/proving.py": "updates a row of either kind of identifier",
    "charter/core/sessions/subjects.py": "its one statement is what its speed depends on",
    "charter/core/statements.py": "what statements of every area are made of",
    "charter/core/transfers/parts.py": "makes statements for every table there is",
    "charter/core/users/known.py": "its two lists are what it decides",
}
"""Modules of the core with SQL in them, and why."""
DRIVER_ELSEWHERE = {
    "charter/cli/doctor.py": "asks a database of which nothing is known yet",
    "charter/migrate.py": "runs migrations",
}
"""Modules outside the kernel that know the database driver, and why."""
OWN_CLOCK = {
    "charter/kernel/ids.py": "an id made outside an operation",
    "charter/kernel/platform.py": "the clock itself",
}
"""Modules of the core and kernel that read the clock, and why."""
CLOCKS = {"now", "utcnow", "today", "time", "time_ns"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> set[str]:
    """The top packages that a module imports, at whatever place."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def within(*folders: str) -> list[Path]:
    return [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in folders]


def test_sql_stands_in_queries_and_tables_alone():
    strays = [
        name_of(path)
        for path in within("core")
        if "sqlalchemy" in imported(path) and path.name not in SQL_FILES
    ]
    assert strays == sorted(SQL_ELSEWHERE)


def test_only_the_kernel_knows_the_driver():
    strays = [
        name_of(path)
        for path in MODULES
        if "asyncpg" in imported(path) and path not in within("kernel")
    ]
    assert strays == sorted(DRIVER_ELSEWHERE)


@pytest.mark.parametrize("path", within("surfaces", "wire", "web"), ids=name_of)
def test_a_surface_knows_no_database(path):
    assert imported(path).isdisjoint({"sqlalchemy", "asyncpg"})


@pytest.mark.parametrize(
    "path", [p for p in within("core", "kernel") if name_of(p) not in OWN_CLOCK], ids=name_of
)
def test_time_comes_from_the_context(path):
    asked = [
        f"line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert asked == []


@pytest.mark.parametrize(
    "path", [path for path in within("core") if path.name == "operations.py"], ids=name_of
)
def test_a_function_of_operations_is_an_operation_or_private(path):
    bare = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not any("operation" in ast.unparse(each) for each in node.decorator_list)
    ]
    assert bare == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_one_sentence_and_prints_nothing(path):
    opening = ast.get_docstring(tree(path))
    assert opening
    assert opening.partition("\n")[0].endswith((".", ":", ","))
    prints = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert prints == []


@pytest.mark.parametrize("path", within("core"), ids=name_of)
def test_an_area_imports_no_operations_of_another(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("charter.core."):
            assert not node.module.endswith(".operations"), node.module
            assert "operations" not in {alias.name for alias in node.names}, node.module


def test_no_name_says_manager_or_helper():
    words = ("Manager", "Service", "Helper", "Util", "Impl")
    found = [
        f"{name_of(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(words)
    ]
    assert found == []
