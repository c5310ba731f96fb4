"""The Accounts door serves what the API's pages describe, and says what goes beyond."""

import pytest

from tests.contract.accounts_platform import ROWS, lacking, served


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_every_described_operation_is_served_with_all_its_fields(row):
    assert lacking(row) == ()


def test_whatever_is_served_is_described_or_named_an_extension():
    assert served().keys() <= {(row.method, row.path) for row in ROWS}
