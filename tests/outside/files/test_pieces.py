"""A piece that comes: on the disk when it has ended, or not there at all."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

from charter.outside.files.pieces import READ_BYTES, Arriving

MANY = 16 * READ_BYTES


class Full(Executor):
    """A disk that takes nothing more."""

    def submit(self, *_args, **_named):
        done: Future[None] = Future()
        done.set_exception(OSError("no space is left"))
        return done


def test_bytes_that_are_synced_on_the_way_are_all_there(tmp_path):
    with ThreadPoolExecutor(1) as syncing:
        arriving = Arriving(tmp_path / "a", syncing, with_sha256=False)
        for number in range(6):
            arriving.hash(bytes([number]) * MANY)
            arriving.write(bytes([number]) * MANY)
        arriving.end(b"end")
    kept = (tmp_path / "a").read_bytes()
    assert kept[:-16] == b"".join(bytes([number]) * MANY for number in range(6)) + b"end"


def test_what_the_disk_did_not_take_is_told_and_forgotten(tmp_path):
    arriving = Arriving(tmp_path / "a", Full(), with_sha256=False)
    arriving.write(bytes(MANY))
    with pytest.raises(OSError, match="no space"):
        arriving.end(b"")
    arriving.discard()
    assert not (tmp_path / "a").exists()


def test_one_that_is_given_up_while_the_disk_takes_it_is_forgotten(tmp_path):
    arriving = Arriving(tmp_path / "a", Full(), with_sha256=False)
    arriving.write(bytes(MANY))
    arriving.discard()
    assert not (tmp_path / "a").exists()
