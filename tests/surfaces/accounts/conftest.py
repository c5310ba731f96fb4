"""People at the Accounts door."""

import pytest

from tests.surfaces.accounts.asking import Asking


@pytest.fixture
def asking():
    return Asking


@pytest.fixture
async def server(as_person):
    return await as_person()
