"""Format, lint, types, imports, sizes and the generated pages are as they have to be."""

import pytest

from tools.static_checks import CHECKS, wrong


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_nothing_is_found_wrong(name):
    said = wrong(name)
    assert said is None, said
