"""Reads settings from the command line, the environment and a TOML file, in this order."""

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from charter.problems import SettingsProblem
from charter.settings.fields import Keys, Settings, Spec, environment_name
from charter.settings.keys import read_keys

DEFAULT_FILE = "charter.toml"
CONFIG_VARIABLE = "CHARTER_CONFIG"
PREFIX = "CHARTER_"
OTHERS = frozenset({CONFIG_VARIABLE, "CHARTER_API_URL", "CHARTER_FRONTEND_URL"})
"""Variables of ours that are no settings, and are named much like one."""
ALMOST = 0.85
"""How alike two names are, of which one is taken for a slip of the other; 1 is the same."""
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def load(
    environment: Mapping[str, str] = os.environ,
    *,
    config: Path | None = None,
    overrides: Mapping[str, Any] = types.MappingProxyType({}),
) -> Settings:
    """Read all settings; what an earlier source gives, later ones cannot change.

    config: a TOML file whose keys are the names of settings; without one, the file that
        CHARTER_CONFIG names, or `charter.toml` in the working directory if it exists.
    overrides: values from the command line by name; None means not given.
    Raises: SettingsProblem, with the name of the setting and never its value if it is secret.
    """
    file = _read_file(config, environment)
    hints = typing.get_type_hints(Settings)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Settings):
        spec: Spec = field.metadata["spec"]
        found = _from_environment(field.name, spec, environment)
        if overrides.get(field.name) is not None:
            values[field.name] = overrides[field.name]
        elif found is not None:
            place, text = found
            values[field.name] = _convert(place, text, hints[field.name], spec)
        elif field.name in file:
            values[field.name] = _convert(field.name, file[field.name], hints[field.name], spec)
    values.setdefault("mode", "production" if values.get("database_url") else "development")
    return Settings(**values)


def misspelt(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A sentence for each variable that is no setting and almost has the name of one.

    Others are left alone: what begins like ours may be somebody else's.
    """
    known: list[str] = []
    for field in dataclasses.fields(Settings):
        spec: Spec = field.metadata["spec"]
        variable = environment_name(field.name, spec)
        known += [variable, f"{variable}_FILE"] if spec.is_secret else [variable]
    for name in sorted(environment.keys() - set(known) - OTHERS):
        bare = name.removeprefix(PREFIX)
        if bare == name:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=ALMOST)
        near += [bare] if bare in known else []
        if near:
            yield f"{name} is no setting; did you mean {near[0]}?"


def _read_file(config: Path | None, environment: Mapping[str, str]) -> dict[str, Any]:
    named = config or (Path(name) if (name := environment.get(CONFIG_VARIABLE)) else None)
    path = named or Path(DEFAULT_FILE)
    try:
        with path.open("rb") as opened:
            values = tomllib.load(opened)
    except FileNotFoundError:
        if named is None:
            return {}
        raise SettingsProblem(f"The settings file {path} does not exist.") from None
    except OSError as error:
        raise SettingsProblem(
            f"The settings file {path} cannot be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"The settings file {path} is not TOML: {error}.") from error
    known = [field.name for field in dataclasses.fields(Settings)]
    for name in values.keys() - set(known):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        if isinstance(values[name], dict):
            hint = "; it has no tables, all settings stand at its top."
        raise SettingsProblem(f"The settings file {path} has an unknown setting {name}{hint}")
    return values


def _from_environment(
    name: str, spec: Spec, environment: Mapping[str, str]
) -> tuple[str, str] | None:
    """The variable that gives a setting, and its text; a secret may lie in a file it names."""
    variable = environment_name(name, spec)
    if environment.get(variable):
        return variable, environment[variable]
    path = environment.get(f"{variable}_FILE") if spec.is_secret else None
    if not path:
        return None
    try:
        return variable, Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"{variable}_FILE names {path}, which cannot be read.") from error


def _convert(place: str, value: Any, hint: Any, spec: Spec) -> Any:
    """A value of the type of the setting, from the text or TOML value given for it."""
    if hint == Keys:
        return read_keys(place, value)
    options = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()
    if options:
        if value in options:
            return value
        raise SettingsProblem(f"{place} must be one of {', '.join(map(str, options))}.")
    wanted = {kind for kind in typing.get_args(hint) or (hint,) if kind is not type(None)}
    if bool in wanted:
        return _boolean(place, value)
    if int in wanted:
        return _integer(place, value, spec)
    if not isinstance(value, str) or "\0" in value or not value.strip():
        raise SettingsProblem(f"{place} must be text.")
    return Path(value) if Path in wanted else value.strip()


def _boolean(place: str, value: Any) -> bool:
    text = str(value).lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise SettingsProblem(f"{place} must be true or false.")


def _integer(place: str, value: Any, spec: Spec) -> int:
    try:
        number = int(value) if isinstance(value, str | int) and value is not True else None
    except ValueError:
        number = None
    low, high = spec.minimum, spec.maximum
    is_within = number is not None and number >= (low or 0) and (high is None or number <= high)
    if number is None or not is_within:
        limits = f"from {low or 0} to {high}" if high is not None else f"of at least {low or 0}"
        raise SettingsProblem(f"{place} must be a whole number {limits}.")
    return number
