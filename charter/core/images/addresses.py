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


def file_url(platform: Platform, image_key: str | None) -> str | None:
    """Where a picture is that stands for something without initials; None where there is none."""
    return (
        None if image_key is None else f"{platform.addresses.frontend_url}/images/files/{image_key}"
    )
