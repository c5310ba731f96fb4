"""Which instance a request to a protocol is about."""

from falcon.asgi import Request

from charter.core.instances.hosts import hosts
from charter.kernel.errors import NotFound
from charter.kernel.platform import Platform


async def instance_id_of(platform: Platform, request: Request, named: str | None) -> str:
    """The instance that the path names, or that of the host.

    named: the part of the path; below the Frontend API it has been read and cut off before.
    Raises: NotFound.
    """
    known = hosts(platform.database)
    if named is not None:
        found = await known.existing(named)
    elif getattr(request.context, "is_frontend", False):
        found = request.context.instance_id
    else:
        found = await known.instance_of(request.get_header("host") or "")
    if found is None:
        raise NotFound("instance")
    return found
