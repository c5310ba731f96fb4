"""Every security requirement of this version has a test that names its row."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
MARK = re.compile(r"\.security\(([^)]*)\)")
NAME = re.compile(r"\"([A-P][0-9]+)\"")

REQUIRED = (
    "A4 A10 C1 C3 C4 D1 D2 D3 D4 D5 D6 G1 G2 G3 G4 G5 G6 G8 G9 G10 I1 I2 I4 J1 J2 J4 J5 "
    "K5 K6 K7 K8 K9 M4 N1 N2 N3 N4 O1 O2 O3 O4 O5 O8 P1 P2 P3 P4"
).split()


def test_every_required_row_is_named_by_a_test():
    named = {
        row
        for path in TESTS.rglob("test_*.py")
        for mark in MARK.findall(path.read_text())
        for row in NAME.findall(mark)
    }
    assert [row for row in REQUIRED if row not in named] == []
