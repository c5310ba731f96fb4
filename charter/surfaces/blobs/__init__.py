"""Where files' bytes come and go by signed addresses, when this server itself keeps them."""

from typing import Any

from charter.core.files.addresses import MOUNT
from charter.kernel.platform import Platform
from charter.surfaces.blobs.resources import PartResource, WholeResource


def routes(platform: Platform) -> list[tuple[str, Any]]:
    """Path and resource; none, where a store of others takes and gives the bytes."""
    if platform.files is None or platform.files.signs:
        return []
    return [
        (MOUNT + "/uploads/{upload_id}/{part_number}", PartResource(platform)),
        (MOUNT + "/{account_id}/{key:path}", WholeResource(platform)),
    ]
