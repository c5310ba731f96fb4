"""Images of users and organizations: uploads made harmless, and pictures for those without one."""

from charter.core.images.avatar import initials_avatar
from charter.core.images.encode import check_and_encode
from charter.core.images.model import Image, ImageBroken, ImageNotSupported, ImageTooLarge

__all__ = [
    "Image",
    "ImageBroken",
    "ImageNotSupported",
    "ImageTooLarge",
    "check_and_encode",
    "initials_avatar",
]
