"""The accounts elsewhere that an instance signs in by, as interfaces see them."""

from collections.abc import Iterable
from typing import Any

from charter.core.identity_providers.model import IdentityProvider


def social_settings(providers: Iterable[IdentityProvider]) -> dict[str, Any]:
    """The providers by strategy, those that people may use now."""
    return {
        provider.strategy: {
            "enabled": True,
            "required": False,
            "authenticatable": True,
            "block_email_subaddresses": False,
            "strategy": provider.strategy,
            "not_selectable": False,
            "deprecated": False,
            "name": provider.name,
            # Interfaces draw the first letter of the name where there is no picture.
            "logo_url": None,
        }
        for provider in providers
    }
