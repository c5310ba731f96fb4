"""One typed settings object, from the command line, the environment and a TOML file."""

from charter.settings.fields import Keys, Mode, Settings
from charter.settings.keys import development_keys, new_key
from charter.settings.load import load, misspelt
from charter.settings.production import check_production, weaknesses

__all__ = [
    "Keys",
    "Mode",
    "Settings",
    "check_production",
    "development_keys",
    "load",
    "misspelt",
    "new_key",
    "weaknesses",
]
