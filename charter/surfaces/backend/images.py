"""Addresses of pictures: ours, never another's."""

from charter.wire.call import View


def image_url(view: View, kind: str, subject_id: str, image_key: str | None) -> str:
    """Where the picture of a user or an organization is; without one, its initials are drawn."""
    base = view.platform.addresses.frontend_url
    if image_key is None:
        return f"{base}/images/{kind}/{view.actor.instance_id}/{subject_id}.svg"
    return f"{base}/images/files/{image_key}"
