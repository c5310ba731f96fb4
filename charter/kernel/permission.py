"""What a permission is; which ones there are is the product's affair."""

from enum import Enum
from typing import Protocol


class Scope(Enum):
    """Where a permission is decided."""

    PUBLIC = "public"
    """Anyone, once the instance is known."""
    USER = "user"
    """A signed-in user, for what is their own."""
    INSTANCE = "instance"
    """The holder of an instance's secret key."""
    MACHINE = "machine"
    """A machine of the instance, or the holder of the instance's secret key."""
    ORGANIZATION = "organization"
    """A member whose role holds it, an organization's token, or the instance's secret key."""


class Requirement(Protocol):
    """A permission as an operation names it."""

    @property
    def key(self) -> str:
        """The name under which roles hold it."""

    @property
    def scope(self) -> Scope:
        """Where it is decided."""
