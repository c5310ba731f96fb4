"""Files sealed with a passphrase: what is changed, moved or cut off does not open."""

import io

import pytest

from charter.kernel.sealed_files import (
    BLOCK_BYTES,
    MAGIC,
    SealedFileBroken,
    SealingWriter,
    opened,
)

HEAD = len(MAGIC) + 16 + 16
SEALED_BLOCK = BLOCK_BYTES + 16
PASSPHRASE = "correct horse battery"


def sealed(data: bytes, passphrase: str = PASSPHRASE, *, piece: int = 10_000) -> bytes:
    file = io.BytesIO()
    writer = SealingWriter(file, passphrase)
    for start in range(0, len(data), piece):
        writer.write(data[start : start + piece])
    writer.close()
    return file.getvalue()


def read(file: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return b"".join(opened(io.BytesIO(file), passphrase))


THREE = bytes(range(256)) * (BLOCK_BYTES // 256) * 2 + b"the end"


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 200_000])
def test_what_was_sealed_opens(size):
    data = bytes(size)
    assert read(sealed(data)) == data


def test_the_same_data_is_sealed_differently_each_time():
    assert sealed(b"x")[len(MAGIC) :] != sealed(b"x")[len(MAGIC) :]


def test_a_passphrase_may_be_typed_in_any_form_of_its_letters():
    assert read(sealed(b"x", "caf\u00e9 au lait au lit"), "cafe\u0301 au lait au lit") == b"x"


def test_another_passphrase_is_told_from_damage():
    with pytest.raises(SealedFileBroken, match="The passphrase is not the one"):
        read(sealed(b"x"), "another passphrase")


@pytest.mark.parametrize("cut", [1, 7, 7 + 16, 7 + 16 + 5, SEALED_BLOCK])
def test_a_file_that_was_cut_off_does_not_open(cut):
    with pytest.raises(SealedFileBroken, match=r"cut off|ends too early"):
        read(sealed(THREE)[:-cut])


def test_a_file_cut_off_between_blocks_is_told_to_be_too_short():
    with pytest.raises(SealedFileBroken, match="ends too early"):
        read(sealed(THREE)[: HEAD + SEALED_BLOCK])


def test_blocks_do_not_change_places():
    file = sealed(THREE)
    first, second = file[HEAD:][:SEALED_BLOCK], file[HEAD + SEALED_BLOCK :][:SEALED_BLOCK]
    moved = file[:HEAD] + second + first + file[HEAD + 2 * SEALED_BLOCK :]
    with pytest.raises(SealedFileBroken, match="block 0 is not as it was sealed"):
        read(moved)


def test_a_block_of_another_file_does_not_open():
    one, other = sealed(THREE), sealed(THREE)
    with pytest.raises(SealedFileBroken, match="block 1"):
        read(one[: HEAD + SEALED_BLOCK] + other[HEAD + SEALED_BLOCK :])


@pytest.mark.parametrize("place", [HEAD, HEAD + 5, HEAD + SEALED_BLOCK + 1, -1])
def test_a_changed_bit_is_found(place):
    file = bytearray(sealed(THREE))
    file[place] ^= 1
    with pytest.raises(SealedFileBroken, match="is not as it was sealed"):
        read(bytes(file))


@pytest.mark.parametrize("place", [len(MAGIC), HEAD - 1])
def test_a_changed_head_does_not_open(place):
    file = bytearray(sealed(THREE))
    file[place] ^= 1
    with pytest.raises(SealedFileBroken, match="The passphrase is not the one"):
        read(bytes(file))


def test_what_follows_the_end_is_found():
    with pytest.raises(SealedFileBroken, match="is not as it was sealed"):
        read(sealed(THREE) + b"more")


@pytest.mark.parametrize("file", [b"", b"charter", MAGIC, b"{}" * 40])
def test_another_file_is_told_to_be_none(file):
    with pytest.raises(SealedFileBroken, match="not one that was sealed"):
        read(file)
