"""Says which properties of a person an instance makes use of."""

from charter.core.instances.model import Instance
from charter.core.instances.settings import Attribute
from charter.kernel.errors import DomainError, Kind


class FieldNotEnabled(DomainError):
    """The instance does not ask for this field."""

    kind, code = Kind.UNPROCESSABLE, "field_not_enabled"
    message = "{parameter} is not in use here."


def attribute_of(instance: Instance, name: str) -> Attribute:
    """How the instance uses a property, by its name on the wire."""
    found: Attribute = getattr(instance.settings.attributes, name)
    return found


def check_enabled(instance: Instance, name: str, parameter: str | None = None) -> None:
    """Refuse a property that the instance does not use. Raises: FieldNotEnabled."""
    if not attribute_of(instance, name).is_enabled:
        raise FieldNotEnabled(parameter or name)
