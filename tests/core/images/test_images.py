"""Uploaded images: what comes in is a file of someone's, what goes out is one of ours."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import PngImagePlugin

from charter.core.images import (
    Image,
    ImageBroken,
    ImageNotSupported,
    ImageTooLarge,
    check_and_encode,
)
from tests.costs import cost

SCRIPT = b"<script>alert(document.domain)</script>"
FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]


def picture(kind="PNG", size=(80, 40), colour=(200, 30, 30), mode="RGB", **options):
    written = io.BytesIO()
    Pillow.new(mode, size, colour).save(written, kind, **options)
    return written.getvalue()


def halves(kind, **options):
    """Red on the left, blue on the right."""
    made = Pillow.new("RGB", (80, 40), (255, 0, 0))
    made.paste((0, 0, 255), (40, 0, 80, 40))
    written = io.BytesIO()
    made.save(written, kind, **options)
    return written.getvalue()


def encode(data, **limits):
    return check_and_encode(data, **{"max_bytes": 5_000_000, "max_pixels": 20_000_000, **limits})


def opened(image):
    return Pillow.open(io.BytesIO(image.data))


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width, height, pixels=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(pixels, 9))
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_becomes_a_jpeg_of_ours(kind):
    image = encode(picture(kind))
    assert (image.content_type, image.extension) == ("image/jpeg", "jpg")
    red, green, blue = opened(image).getpixel((40, 20))
    assert red > 180
    assert max(green, blue) < 60


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_can_be_seen_through_becomes_a_png(kind):
    image = encode(picture(kind, colour=(200, 30, 30, 100), mode="RGBA"))
    assert (image.content_type, image.extension) == ("image/png", "png")
    assert opened(image).getpixel((40, 20))[3] == 100


def test_an_alpha_channel_that_hides_nothing_is_dropped():
    assert encode(picture(colour=(1, 2, 3, 255), mode="RGBA")).extension == "jpg"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_every_mode_of_pixels_is_read(mode):
    colour = {"LA": (255, 255), "CMYK": (0, 0, 0, 0), "I;16": 65_535, "1": 1}.get(mode, 255)
    data = picture("JPEG" if mode == "CMYK" else "PNG", colour=colour, mode=mode)
    image = opened(encode(data))
    if mode != "P":
        assert min(image.convert("RGB").getpixel((9, 9))) > 250


@pytest.mark.parametrize(
    ("before", "after"),
    [((2000, 1000), (512, 256)), ((100, 100), (100, 100)), ((5000, 1), (512, 1)), ((1, 1), (1, 1))],
)
def test_a_picture_is_made_smaller_and_never_larger(before, after):
    assert opened(encode(picture(size=before))).size == after


@pytest.mark.security("K3")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_is_applied_and_every_tag_is_gone(kind):
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turn right
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"  # a place
    image = encode(halves(kind, exif=exif))
    turned = opened(image)
    assert turned.size == (40, 80)
    assert turned.getpixel((20, 10))[0] > 200  # the left became the top
    assert not turned.getexif()
    assert b"SecretCamera" not in image.data


@pytest.mark.security("K3")
def test_profile_comment_and_text_do_not_survive():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SCRIPT.decode())
    for data in (
        picture("PNG", pnginfo=text, icc_profile=SCRIPT, mode="RGBA", colour=(1, 2, 3, 4)),
        picture("JPEG", comment=SCRIPT, icc_profile=SCRIPT, dpi=(72, 72)),
        picture("GIF", comment=SCRIPT),
    ):
        assert SCRIPT in data
        image = encode(data)
        assert SCRIPT not in image.data
        assert "icc_profile" not in opened(image).info


@pytest.mark.security("K3")
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "tail", [SCRIPT, b"PK\x03\x04archive", b"%PDF-1.7", b"<?php system(1); ?>"]
)
def test_nothing_that_hangs_on_a_picture_survives(kind, tail):
    assert tail not in encode(picture(kind) + tail).data


@pytest.mark.security("K3")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg/>",
        b"<html>" + SCRIPT,
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"#!/bin/sh\n",
        SCRIPT + picture(),  # a picture somewhere within
        picture("BMP"),
        picture("TIFF"),
        picture("ICO"),
        picture("PPM"),
        picture("JPEG2000"),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x1cftypavif",
    ],
)
def test_content_of_any_other_kind_is_refused(data):
    with pytest.raises(ImageNotSupported) as refusal:
        encode(data)
    assert refusal.value.parameter == "file"


@pytest.mark.security("K3")
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("part", [0.3, 0.6])
def test_a_picture_that_ends_too_early_is_refused(kind, part):
    data = halves(kind)
    with pytest.raises(ImageBroken):
        encode(data[: int(len(data) * part)])


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x00\x00\x00\x00WEBP"]
)
@pytest.mark.parametrize("rest", [b"", SCRIPT, b"\x00" * 500, b"\xff" * 500])
def test_a_beginning_without_a_picture_is_refused(start, rest):
    with pytest.raises(ImageBroken):
        encode(start + rest)


@pytest.mark.security("K7")
def test_a_byte_over_the_limit_is_refused():
    data = picture()
    assert isinstance(encode(data, max_bytes=len(data)), Image)
    with pytest.raises(ImageTooLarge) as refusal:
        encode(data, max_bytes=len(data) - 1)
    assert refusal.value.meta == {"limit": len(data) - 1, "unit": "bytes"}


@pytest.mark.security("K7")
def test_a_pixel_over_the_limit_is_refused():
    assert isinstance(encode(picture(size=(100, 50)), max_pixels=5000), Image)
    with pytest.raises(ImageTooLarge) as refusal:
        encode(picture(size=(100, 50)), max_pixels=4999)
    assert refusal.value.meta == {"limit": 4999, "unit": "pixels"}


@pytest.mark.security("K7")
@pytest.mark.parametrize("side", [30_000, 60_000, 2**31 - 1])
def test_a_small_file_of_a_huge_picture_is_refused_unread(side):
    picture = png_of(side, side, bytes(1_000_000))

    def refused():
        with pytest.raises((ImageTooLarge, ImageBroken)):
            encode(picture)

    assert cost(refused) < 0.5


@pytest.mark.security("K7")
def test_a_line_of_huge_length_is_refused():
    with pytest.raises(ImageTooLarge):
        encode(picture(size=(16_385, 1)))


@pytest.mark.security("K7")
def test_a_chunk_that_unpacks_to_far_more_is_refused():
    data = picture()
    bomb = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9))
    with pytest.raises(ImageBroken):
        encode(data[:33] + bomb + data[33:])


@pytest.mark.security("K7")
def test_a_jpeg_of_a_thousand_scans_is_refused():
    data = picture("JPEG", progressive=True)
    scan = data.index(b"\xff\xda")
    with pytest.raises(ImageTooLarge) as refusal:
        encode(data[:scan] + data[scan:-2] * 1000 + data[-2:])
    assert refusal.value.meta["unit"] == "scans"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_stays(kind):
    frames = [Pillow.new("RGB", (20, 20), (250, 0, 0))]
    frames += [Pillow.new("RGB", (20, 20), (0, 0, number)) for number in range(50)]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], lossless=True)
    image = opened(encode(written.getvalue()))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((10, 10))[0] > 240


@given(st.sampled_from(FORMATS), st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_any_damage_is_read_or_refused_and_nothing_else(kind, place, damage):
    data = halves(kind)
    place %= len(data)
    try:
        image = encode(data[:place] + damage + data[place + len(damage) :])
    except (ImageBroken, ImageNotSupported, ImageTooLarge):
        return
    assert opened(image).size <= (512, 512)
