"""Tells passwords that are known from breaches: by a range service, or by a file of one's own."""

import asyncio
import hashlib
import mmap
import os
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog

log = structlog.get_logger("charter.outside.breaches")
PREFIX = 5
"""Digits of the digest that are told: several hundred passwords share them (k-anonymity)."""
TIMEOUT_SECONDS = 2.0
LONGEST_ANSWER = 512 * 1024


def _digest(password: str) -> str:
    # What the published lists are made of; nothing is kept or compared for secrecy by it.
    return (
        hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False)
        .hexdigest()
        .upper()
    )


@dataclass(frozen=True, slots=True)
class RangeSearch:
    """A service that gives all digests with a prefix.

    url: what the prefix is put behind, such as `https://mirror.example/range/`. Source: the range
    search of Pwned Passwords, version 3: lines of `SUFFIX:COUNT`, a count of 0 is padding.
    """

    url: str

    async def is_known(self, password: str) -> bool:
        """Whether the password is known; False when the service does not say so in time."""
        found = _digest(password)
        try:
            lines = (await self._range(found[:PREFIX])).splitlines()
        except (aiohttp.ClientError, TimeoutError, ValueError) as away:
            log.warning("breached passwords cannot be looked up", reason=type(away).__name__)
            return False
        for line in lines:
            suffix, _, count = line.partition(":")
            if suffix.strip().upper() == found[PREFIX:]:
                return count.strip() not in ("", "0")
        return False

    async def _range(self, prefix: str) -> str:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        headers = {"Add-Padding": "true"}
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
            session.get(self.url + prefix, allow_redirects=False) as answer,
        ):
            answer.raise_for_status()
            data = await answer.content.read(LONGEST_ANSWER)
        return data.decode("ascii")


class SortedFile:
    """A file of digests in hexadecimal, sorted, one a line, with or without `:COUNT` behind it.

    It is searched where it lies: a list of a billion takes no memory.
    Raises: OSError, ValueError, for a file that cannot be read or is empty.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as opened:
            if not opened.seek(0, os.SEEK_END):
                raise ValueError(f"{path} is empty")
            self._data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)

    async def is_known(self, password: str) -> bool:
        """Whether the password is in the file."""
        return await asyncio.to_thread(self._has, _digest(password).encode())

    def _has(self, wanted: bytes) -> bool:
        low, high = 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            start = self._data.rfind(b"\n", 0, middle) + 1
            end = self._data.find(b"\n", middle)
            end = len(self._data) if end == -1 else end
            line = self._data[start:end].partition(b":")[0].strip().upper()
            if line == wanted:
                return True
            if line < wanted:
                low = end + 1
            else:
                high = start
        return False
