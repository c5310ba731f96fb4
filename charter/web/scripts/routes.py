"""Serves the browser scripts under the addresses that the official clients ask for."""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import falcon
import falcon.asgi

from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import lookup
from charter.kernel.errors import DomainError
from charter.kernel.platform import Platform

FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
SCRIPT = "text/javascript; charset=utf-8"
PACKAGES = frozenset({"clerk-js", "ui"})
NEWEST = frozenset({"latest", "canary"})

Chosen: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Gives the version that the instance of a host wants; None where it wants none."""
_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,2}")
_FILE = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]{0,200}\.js")


@dataclass(frozen=True, slots=True)
class Script:
    """A file as it is sent."""

    data: bytes
    compressed: bytes
    tag: str


class Scripts:
    """The copies in a folder, each package in a folder of its own such as `clerk-js@6.40.0`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Bounded by what is in the folder, which nobody but `charter scripts` fills.
        self._read: dict[Path, Script] = {}

    def find(self, package: str, asked: str, file: str) -> tuple[Script, bool] | None:
        """The file of a package, and whether the asked version was an exact one.

        asked: an exact version, the beginning of one (`6`), `latest` or `canary`; all but the
            first mean the newest kept version that fits.
        """
        if package not in PACKAGES or not _FILE.fullmatch(file):
            return None
        version = self._version(package, asked)
        if version is None:
            return None
        script = self._script(self._folder / f"{package}@{version}" / file)
        return None if script is None else (script, version == asked)

    def _version(self, package: str, asked: str) -> str | None:
        if asked not in NEWEST and not _VERSION.fullmatch(asked):
            return None
        kept = [path.name.rpartition("@")[2] for path in self._folder.glob(f"{package}@*")]
        fitting = [
            version
            for version in kept
            if asked in NEWEST or version == asked or version.startswith(f"{asked}.")
        ]
        return max(fitting, key=_numbers, default=None)

    def _script(self, path: Path) -> Script | None:
        if path not in self._read:
            try:
                data = path.read_bytes()
            except OSError:
                return None
            tag = f'W/"{hashlib.sha256(data).hexdigest()[:32]}"'
            self._read[path] = Script(data, gzip.compress(data, mtime=0), tag)
        return self._read[path]


class ScriptResource:
    """Answers with one file of one package."""

    def __init__(self, scripts: Scripts, chosen: Chosen | None = None) -> None:
        self._scripts = scripts
        self._chosen = chosen

    async def on_get(
        self,
        req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        package: str,
        version: str,
        file: str,
    ) -> None:
        """Answer with the file; 404 says how the copies get here."""
        resp.set_header("Access-Control-Allow-Origin", "*")
        resp.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        found = None
        chosen = await self._instead(req.get_header("Host") or "", package, version)
        if chosen is not None:
            found = await asyncio.to_thread(self._scripts.find, package, chosen, file)
        if found is None:
            found = await asyncio.to_thread(self._scripts.find, package, version, file)
        if found is None:
            resp.status = falcon.HTTP_NOT_FOUND
            resp.content_type = falcon.MEDIA_TEXT
            resp.set_header("Cache-Control", "no-store")
            resp.text = (
                f"There is no copy of @clerk/{package}@{version} with {file} here. "
                "`charter scripts fetch` gets the versions that this server hands out.\n"
            )
            return
        script, is_exact = found[0], found[1] and chosen is None
        resp.content_type = SCRIPT
        resp.set_header("Cache-Control", FOREVER if is_exact else A_WHILE)
        resp.set_header("ETag", script.tag)
        resp.set_header("Vary", "Accept-Encoding")
        if script.tag in (req.get_header("If-None-Match") or ""):
            resp.status = falcon.HTTP_NOT_MODIFIED
        elif "gzip" in (req.get_header("Accept-Encoding") or ""):
            resp.set_header("Content-Encoding", "gzip")
            resp.data = script.compressed
        else:
            resp.data = script.data

    on_head = on_get

    async def _instead(self, host: str, package: str, asked: str) -> str | None:
        """The version that the instance of a host has chosen, where one is asked for that fits."""
        if self._chosen is None or package != "clerk-js" or asked.count(".") > 1:
            return None
        chosen = await self._chosen(host)
        if chosen is None or chosen == asked:
            return None
        is_fitting = asked in NEWEST or chosen.startswith(f"{asked}.")
        return chosen if is_fitting else None


def version_of(platform: Platform) -> Chosen:
    """Says which version the owner of an instance has chosen, by the host of a request."""

    async def find(host: str) -> str | None:
        try:
            instance_id = await hosts(platform.database).instance_of(host)
            if instance_id is None:
                return None
            return (await lookup(platform).instance(instance_id)).settings.browser_script_version
        except DomainError:  # without a database the scripts are here all the same
            return None

    return find


def routes(folder: Path, chosen: Chosen | None = None) -> list[tuple[str, object]]:
    """The route of the scripts in a folder. chosen: the version that an instance wants."""
    resource = ScriptResource(Scripts(folder), chosen)
    return [("/npm/@clerk/{package}@{version}/dist/{file}", resource)]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
