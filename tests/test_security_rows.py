"""Every security requirement of this version has a test that names its row."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
MARK = re.compile(r"\.security\(([^)]*)\)")
NAME = re.compile(r"\"([A-P][0-9]+)\"")

ROWS = {
    "A": range(1, 11),
    "B": range(1, 12),
    "C": range(1, 11),
    "D": range(1, 7),
    "E": (1, 2, 3, 4, 5, 6, 7, 10, 11, 14),
    "F": (1, 2, 3, 5, 10),
    "G": range(1, 11),
    "I": range(1, 6),
    "J": range(1, 10),
    "K": range(1, 10),
    "L": range(1, 5),
    "M": range(1, 5),
    "N": range(1, 5),
    "O": (1, 2, 3, 4, 5, 7, 8),
    "P": range(1, 5),
}
REQUIRED = [f"{chapter}{number}" for chapter, numbers in ROWS.items() for number in numbers]


def test_every_required_row_is_named_by_a_test():
    named = {
        row
        for path in TESTS.rglob("test_*.py")
        for mark in MARK.findall(path.read_text())
        for row in NAME.findall(mark)
    }
    assert [row for row in REQUIRED if row not in named] == []
