"""Files of the organizations of a cast, and what is on its way there."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from charter.core.files.model import SignedRequest
from tests.keeping import begin, presign, read_url, send_part, sign_parts, write
from tests.world import World

if TYPE_CHECKING:
    from tests.cast import Cast


class Sent:
    """A body that may be sent more than once."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def __aiter__(self):
        yield self.data


def asked(signed_url: str, method: str, **more) -> SignedRequest:
    """The request that a client makes of a signed address."""
    parts = urlsplit(signed_url)
    return SignedRequest(method, parts.path, dict(parse_qsl(parts.query)), **more)


class _Of:
    """An organization of which only its id is known."""

    def __init__(self, organization_id: str) -> None:
        self.id = organization_id


async def fill(cast: "Cast") -> None:
    """Give each organization a file, a file to come, and two uploads in parts."""
    world: World = cast.world
    for ids in (cast.ids, cast.twin):
        acme = _Of(ids["organization"])
        await write(world, acme, "kept.txt", who=None)
        begun = await begin(world, acme, 3, "begun.bin", who=None)
        ids["file_upload"] = begun.id
        ready = await begin(world, acme, 3, "ready.bin", who=None)
        ids["ready_file_upload"] = ready.id
        part = await send_part(world, ready, 1, b"abc", who=None)
        if ids is cast.ids:
            coming = await presign(world, acme, None, key="coming.txt", size=5)
            (signed,) = await sign_parts(world, begun, 1, who=None)
            cast.facts |= {
                "file_part": part,
                "file_coming": asked(
                    coming.signed.url, "PUT", content_type="text/plain", content_length=5
                ),
                "file_part_coming": asked(signed.signed.url, "PUT", content_length=3),
                "file_address": asked(await read_url(world, acme, "kept.txt", who=None), "GET"),
            }
