"""Encryption keys: read from text, and made at the first start of a development server."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from charter.kernel.secrets import generate_key, read_key
from charter.problems import EnvironmentProblem, SettingsProblem
from charter.settings.fields import Keys

DEVELOPMENT_PREFIX = "dev-"
"""Key ids of development begin with it, so that production can tell them."""


def new_key(prefix: str = "") -> str:
    """Make an encryption key as settings write it, `key-id:key`."""
    return f"{prefix}{secrets.token_hex(4)}:{generate_key()}"


def read_keys(place: str, value: Any) -> Keys:
    """Read encryption keys: text with commas or line ends between them, or a list of texts.

    Both alphabets of base64 are understood.
    Raises: SettingsProblem, which names the place and never repeats a key.
    """
    if isinstance(value, str):
        value = value.replace("\n", ",").split(",")
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise SettingsProblem(f"{place} must be a list of texts `key-id:key`.")
    keys: dict[str, bytes] = {}
    for part in filter(None, (part.strip() for part in value)):
        key_id, colon, text = part.partition(":")
        if not colon or not key_id.isascii() or not 1 <= len(key_id) <= 64 or key_id in keys:
            raise SettingsProblem(
                f"{place} must give each key as `key-id:key`, each with a key id of its own; "
                "`charter keys generate` prints one so."
            )
        try:
            keys[key_id] = read_key(text.replace("+", "-").replace("/", "_"))
        except ValueError:
            raise SettingsProblem(
                f"{place} has a key {key_id} that is not 32 bytes in base64; "
                "`charter keys generate` prints a good one."
            ) from None
    if not keys:
        raise SettingsProblem(f"{place} names no key; `charter keys generate` prints one.")
    return tuple(keys.items())


def development_keys(path: Path) -> Keys:
    """The keys of a development data folder, made at the first call and readable by its owner.

    Raises: EnvironmentProblem, when the file cannot be read or made; SettingsProblem, when it
        was damaged.
    """
    try:
        if not path.exists():
            _write_new(path, f"{new_key(DEVELOPMENT_PREFIX)}\n")
        return read_keys(str(path), path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentProblem(f"The key file {path} cannot be read or made: {error}.") from error


def _write_new(path: Path, text: str) -> None:
    """Write a file whole or not at all, and leave one that another process made first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink()
