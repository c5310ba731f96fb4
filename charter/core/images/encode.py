"""Uploads are decoded within limits and written anew: nothing of the sender's file stays."""

import io

from PIL import Image as Pillow
from PIL import ImageOps

from charter.core.images.model import Image, ImageBroken, ImageNotSupported, ImageTooLarge

MAXIMUM_SIDE = 16_384
# A progressive JPEG has a dozen scans. Each is decoded over the whole picture, so that a small file
# of very many would take minutes.
MAXIMUM_SCANS = 100
_SCAN = b"\xff\xda"
_JPEG_QUALITY = 88


def check_and_encode(
    data: bytes, *, max_bytes: int, max_pixels: int, size: int = 512, parameter: str = "file"
) -> Image:
    """Read an upload and write it as a new file: upright, small, without metadata.

    Only the content decides what it is. Of an animation the first picture stays. A picture that is
    opaque becomes a JPEG, another one a PNG. Takes up to a second of CPU: not for the event loop.
    max_bytes: of the upload. max_pixels: width times height before scaling.
    size: the most pixels a side afterwards; nothing is enlarged.
    Raises: ImageTooLarge; ImageNotSupported; ImageBroken, all naming `parameter`.
    """
    if len(data) > max_bytes:
        raise ImageTooLarge(parameter, limit=max_bytes, unit="bytes")
    kind = _kind(data)
    if kind is None:
        raise ImageNotSupported(parameter)
    if kind == "JPEG" and data.count(_SCAN) > MAXIMUM_SCANS:
        raise ImageTooLarge(parameter, limit=MAXIMUM_SCANS, unit="scans")
    try:
        with Pillow.open(io.BytesIO(data), formats=(kind,)) as opened:
            _check_size(opened, max_pixels, parameter)
            return _write(_upright(opened, size), size)
    except ImageTooLarge:
        raise
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise ImageTooLarge(parameter, limit=max_pixels, unit="pixels") from None
    except Exception as error:  # a decoder meets hostile bytes, and may fail in any way
        raise ImageBroken(parameter) from error


def _kind(data: bytes) -> str | None:
    """The one decoder that may read this, by the first bytes."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _check_size(opened: Pillow.Image, max_pixels: int, parameter: str) -> None:
    """Compare what the header promises with the limits, before anything is decoded."""
    width, height = opened.size
    if width * height > max_pixels or max(width, height) > MAXIMUM_SIDE:
        raise ImageTooLarge(parameter, limit=max_pixels, unit="pixels")


def _upright(opened: Pillow.Image, size: int) -> Pillow.Image:
    """Decode, turned as its EXIF says."""
    # A JPEG decodes at a fraction of its size for a fraction of the work.
    opened.draft("RGB", (size * 2, size * 2))
    return _plain(ImageOps.exif_transpose(opened))


def _plain(picture: Pillow.Image) -> Pillow.Image:
    """The pixels as RGB or RGBA with 8 bits each.

    A colour profile is not applied: it is a program of the sender's, and small pictures of people
    lose little by it.
    """
    if picture.mode.startswith("I;16"):
        # Sixteen bits of grey: Pillow would cut off, not scale.
        picture = picture.convert("I").point(lambda level: level / 257).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    lowest_alpha = picture.getchannel("A").getextrema()[0]
    return picture.convert("RGB") if lowest_alpha == 255 else picture


def _write(picture: Pillow.Image, size: int) -> Image:
    picture.thumbnail((size, size), Pillow.Resampling.LANCZOS)
    # What `info` holds (profile, EXIF, text, comment) would be written into the new file.
    picture.info.clear()
    written = io.BytesIO()
    if picture.mode == "RGB":
        picture.save(written, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        return Image(written.getvalue(), "image/jpeg", "jpg")
    picture.save(written, "PNG", optimize=True)
    return Image(written.getvalue(), "image/png", "png")
