"""Addresses of pictures: ours, never another's."""

from charter.core.images import addresses
from charter.wire.call import View


def image_url(view: View, kind: str, subject_id: str, image_key: str | None) -> str:
    """Where the picture of a user or an organization is; without one, its initials are drawn."""
    return addresses.image_url(view.platform, view.actor.instance_id, kind, subject_id, image_key)
