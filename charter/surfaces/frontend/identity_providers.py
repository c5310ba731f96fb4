"""The accounts elsewhere that an instance signs in by, as interfaces see them."""

from typing import Any

from charter.wire.call import View


def social_settings(_view: View) -> dict[str, Any]:
    """The providers by strategy, those that are configured."""
    return {}
