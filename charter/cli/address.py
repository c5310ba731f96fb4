"""Where `charter dev` was reached last, so that `charter env` tells the same address."""

import dataclasses
import json
from pathlib import Path

from charter.settings import Settings


def remember_address(settings: Settings) -> None:
    """Write down where the server of a data folder is reached."""
    facts = {"api_url": settings.api_url, "frontend_url": settings.frontend_url}
    _path(settings).write_text(json.dumps(facts), encoding="utf-8")


def at_last_address(settings: Settings) -> Settings:
    """Development settings with the address of the last `charter dev` over their data folder."""
    if not settings.is_development:
        return settings
    try:
        facts = json.loads(_path(settings).read_text(encoding="utf-8"))
        return dataclasses.replace(
            settings, api_url=facts["api_url"], frontend_url=facts["frontend_url"]
        )
    except (OSError, ValueError, KeyError):
        return settings


def _path(settings: Settings) -> Path:
    return settings.data / "address.json"
