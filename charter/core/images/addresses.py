"""Where pictures are."""

from charter.kernel.platform import Platform


def image_url(
    platform: Platform, instance_id: str, kind: str, subject_id: str, image_key: str | None
) -> str:
    """Where the picture of a user or an organization is; without one, its initials are drawn.

    kind: `users` or `organizations`.
    """
    base = platform.addresses.frontend_url
    if image_key is None:
        return f"{base}/images/{kind}/{instance_id}/{subject_id}.svg"
    return f"{base}/images/files/{image_key}"
