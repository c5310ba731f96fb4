"""What is left of a property when its owner sets one thing of it."""

import pytest

from charter.core.instances.configuring import checked
from charter.core.instances.settings import Attributes


@pytest.mark.parametrize("name", list(Attributes.__dataclass_fields__))
def test_setting_one_thing_of_a_property_keeps_the_rest(name):
    usual = getattr(Attributes(), name)
    made = getattr(checked({"attributes": {name: {"is_required": False}}}).attributes, name)
    assert (made.is_enabled, made.is_identifier) == (usual.is_enabled, usual.is_identifier)
    assert (made.first_factors, made.verifications) == (usual.first_factors, usual.verifications)
    assert made.second_factors == usual.second_factors
