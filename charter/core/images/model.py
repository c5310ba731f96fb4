"""The words of uploaded images: what one becomes, and why one is refused."""

from dataclasses import dataclass

from charter.kernel.errors import DomainError, Kind, TooLarge


@dataclass(frozen=True, slots=True)
class Image:
    """A file that we encoded ourselves, free of everything that was not a pixel."""

    data: bytes
    content_type: str
    extension: str


class ImageTooLarge(TooLarge):
    """The file has more bytes, or the picture more pixels, than are allowed; `unit` says which."""

    code = "image_too_large"
    message = "The image is larger than the limit of {limit} {unit}."


class ImageNotSupported(DomainError):
    """The content is no JPEG, PNG, WebP or GIF, whatever its name says."""

    kind, code = Kind.UNPROCESSABLE, "image_not_supported"
    message = "The image must be a JPEG, PNG, WebP or GIF."


class ImageBroken(DomainError):
    """The content begins as an image and cannot be read as one to its end."""

    kind, code = Kind.UNPROCESSABLE, "image_broken"
    message = "The image is damaged and could not be read."
