"""Static files under names that hold a hash of their content, so that a browser may keep them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import falcon
import falcon.asgi

STATIC = Path(__file__).parent / "static"
MOUNT = "/assets"

_MEDIA_TYPES = MappingProxyType(
    {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
)
_HASH_LENGTH = 12
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file in memory."""

    body: bytes
    media_type: str


class Assets:
    """The static files of a folder: `outbox.css` is served as `outbox.0f3a....css`."""

    def __init__(self, folder: Path) -> None:
        hashed: dict[str, str] = {}
        served: dict[str, Asset] = {}
        for file in sorted(folder.iterdir()):
            if file.suffix not in _MEDIA_TYPES:
                continue
            body = file.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
            hashed[file.name] = f"{file.stem}.{digest}{file.suffix}"
            served[hashed[file.name]] = Asset(body, _MEDIA_TYPES[file.suffix])
        self._hashed: Mapping[str, str] = MappingProxyType(hashed)
        self._served: Mapping[str, Asset] = MappingProxyType(served)

    def url(self, name: str) -> str:
        """Name the address of a file, such as `outbox.css`.

        Raises: KeyError, when there is no such file.
        """
        return f"{MOUNT}/{self._hashed[name]}"

    def find(self, hashed_name: str) -> Asset | None:
        """Find a file by the name it is served under."""
        return self._served.get(hashed_name)


ASSETS = Assets(STATIC)


class AssetResource:
    """Serves one static file."""

    async def on_get(
        self, _req: falcon.asgi.Request, resp: falcon.asgi.Response, name: str
    ) -> None:
        """Answer with the file; a name with another hash is 404, never the newer file."""
        asset = ASSETS.find(name)
        resp.set_header("X-Content-Type-Options", "nosniff")
        resp.set_header("Cross-Origin-Resource-Policy", "same-origin")
        if asset is None:
            resp.status = falcon.HTTP_NOT_FOUND
            return
        resp.content_type = asset.media_type
        resp.set_header("Cache-Control", _A_YEAR)
        resp.data = asset.body


def routes() -> list[tuple[str, object]]:
    """The route of all static files."""
    return [(MOUNT + "/{name}", AssetResource())]
