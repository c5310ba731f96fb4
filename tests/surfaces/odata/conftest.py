"""People at the OData door."""

import pytest

from tests.surfaces.odata.asking import Asking


@pytest.fixture
def asking():
    return Asking
