"""Identifiers: a prefix that says the kind, then a KSUID that sorts by time."""

import os
import re
import secrets
import time
from datetime import datetime

# Seconds between the Unix epoch and the KSUID epoch, 2014-05-13T16:53:20Z.
KSUID_EPOCH = 1_400_000_000
BODY_LENGTH = 27
# The 20 bytes 0xff...: twenty-seven digits can say more than twenty bytes hold.
LARGEST_BODY = "aWgEPTl1tmebfsQzFP4bxwgy80V"

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Two digits at a time halve the divisions of the hottest loop of every insert.
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_FOUR_DIGITS = 62**4
_TWO_DIGITS = 62**2
_BODY = re.compile(r"[0-9A-Za-z]{27}")
_HEX_BODY = re.compile(r"[0-9a-f]{32}")


def new_id(prefix: str, now: datetime | None = None) -> str:
    """Make an identifier that sorts by its second of creation, then at random.

    prefix: with its underscore, such as `user_`.
    now: aware, from 2014-05-13 to 2150-06-19; the clock's time when left out.
    Returns: prefix and 27 base62 characters (4 bytes of time, 16 of a CSPRNG).
    Raises: ValueError, when `now` is naive or out of range.
    Source: https://github.com/segmentio/ksuid
    """
    if now is None:
        seconds = int(time.time()) - KSUID_EPOCH
    elif now.tzinfo is None:
        raise ValueError("The time of an identifier needs a time zone.")
    else:
        seconds = int(now.timestamp()) - KSUID_EPOCH
    if not 0 <= seconds < 2**32:
        raise ValueError("The time of an identifier lies between 2014-05-13 and 2150-06-19.")
    return prefix + base62((seconds << 128) | int.from_bytes(os.urandom(16)))


def id_of(prefix: str, moment: datetime, payload: int) -> str:
    """The identifier of this second whose 16 bytes are given: the last ones of a number."""
    seconds = int(moment.timestamp()) - KSUID_EPOCH
    return prefix + base62((seconds << 128) | (payload % 2**128))


def is_id(prefix: str, text: str) -> bool:
    """Whether the text could be an identifier of this kind. Says nothing of its existence."""
    body = text[len(prefix) :]
    return text.startswith(prefix) and _BODY.fullmatch(body) is not None and body <= LARGEST_BODY


def hex_id(prefix: str) -> str:
    """Make an identifier of a machine credential: prefix and 32 hex digits, in no order."""
    return prefix + secrets.token_hex(16)


def is_hex_id(prefix: str, text: str) -> bool:
    """Whether the text could be an identifier made by `hex_id`."""
    return text.startswith(prefix) and _HEX_BODY.fullmatch(text[len(prefix) :]) is not None


def base62(number: int, length: int = BODY_LENGTH) -> str:
    """Write a number below 62**length in so many base62 digits (0-9, A-Z, a-z), zeros in front."""
    parts = []
    for _ in range(-(-length // 4)):
        number, four = divmod(number, _FOUR_DIGITS)
        parts.append(_PAIRS[four % _TWO_DIGITS])
        parts.append(_PAIRS[four // _TWO_DIGITS])
    parts.reverse()
    return "".join(parts)[-length:]
