"""Serves pictures: uploaded ones under keys that never change, and drawn ones for the rest."""

import falcon
import falcon.asgi

from charter.core.images import operations as images
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.ids import is_id
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform

# A picture that is opened by itself runs nothing, whatever it holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
FOLDERS = frozenset({"users", "organizations", "oauth_applications"})
"""Where uploaded pictures are kept; other files of the same store are nobody's business."""


class DrawnPicture:
    """The initials of a user or an organization."""

    def __init__(self, platform: Platform, drawing: Operation[..., str], prefix: str) -> None:
        self._platform = platform
        self._drawing = drawing
        self._prefix = prefix
        (self._argument,) = drawing.parameters

    async def on_get(
        self,
        _req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        instance_id: str,
        subject_id: str,
    ) -> None:
        """Answer with an SVG; an id that can be none is 404."""
        if not (is_id("ins_", instance_id) and is_id(self._prefix, subject_id)):
            resp.status = falcon.HTTP_NOT_FOUND
            return
        actor = Actor(ActorKind.ANONYMOUS, instance_id)
        try:
            picture = await run(
                self._platform, actor, self._drawing, arguments={self._argument: subject_id}
            )
        except Unavailable as away:
            _come_back(resp, away)
            return
        _show(resp, picture.encode(), "image/svg+xml", A_WHILE)


class UploadedPicture:
    """A picture from the store."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def on_get(self, _req: falcon.asgi.Request, resp: falcon.asgi.Response, key: str) -> None:
        """Answer with the file; what is no picture of ours is 404."""
        if key.partition("/")[0] not in FOLDERS:
            resp.status = falcon.HTTP_NOT_FOUND
            return
        try:
            blob = await self._platform.blobs.get(key)
        except Unavailable as away:
            _come_back(resp, away)
            return
        except (DomainError, ValueError):
            resp.status = falcon.HTTP_NOT_FOUND
            return
        if not blob.content_type.startswith("image/"):
            resp.status = falcon.HTTP_NOT_FOUND
            return
        _show(resp, blob.data, blob.content_type, FOREVER)


def routes(platform: Platform) -> list[tuple[str, object]]:
    """The routes of all pictures."""
    return [
        (
            "/images/users/{instance_id}/{subject_id}.svg",
            DrawnPicture(platform, images.draw_user, "user_"),
        ),
        (
            "/images/organizations/{instance_id}/{subject_id}.svg",
            DrawnPicture(platform, images.draw_organization, "org_"),
        ),
        ("/images/files/{key:path}", UploadedPicture(platform)),
    ]


def _show(resp: falcon.asgi.Response, data: bytes, content_type: str, keep: str) -> None:
    resp.data = data
    resp.content_type = content_type
    resp.set_header("Cache-Control", keep)
    resp.set_header("Content-Security-Policy", POLICY)
    # Shown on the pages of the apps that we serve.
    resp.set_header("Cross-Origin-Resource-Policy", "cross-origin")
    resp.set_header("Access-Control-Allow-Origin", "*")


def _come_back(resp: falcon.asgi.Response, away: Unavailable) -> None:
    resp.status = falcon.HTTP_SERVICE_UNAVAILABLE
    resp.set_header("Retry-After", str(away.retry_after_seconds))
