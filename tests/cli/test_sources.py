"""A file that is not as it was written is told in a sentence, before anything is taken over."""

import pytest

from charter.cli import sources
from charter.cli.targets import Target
from charter.kernel.sealed_files import BLOCK_BYTES
from charter.problems import Problem
from tests.core.transfers.moving import exported

PASSPHRASE = "correct horse battery"
HEAD = 17 + 32
BLOCK = BLOCK_BYTES + 16


def silent(_done: int) -> None:
    """Tells nobody of progress."""


def look(path, passphrase: str | None = PASSPHRASE):
    kind = sources.kind_of(path)
    return sources.look(path, kind, passphrase if kind.is_sealed else None, silent)


@pytest.fixture
async def lines(world):
    await world.user("ann")
    # More than two blocks of it.
    note = {"private_metadata": {"note": "x" * 200_000}}
    await world.user("ben", **note)
    return await exported(world)


@pytest.fixture
def files(lines, tmp_path):
    """The same export, sealed and plain."""
    for name, passphrase in (("sealed", PASSPHRASE), ("plain", None)):
        with Target(tmp_path / name, passphrase).writing(silent) as sink:
            for line in lines:
                sink(line)
    return tmp_path


def test_a_whole_file_is_read_line_by_line(files, lines):
    for name in ("sealed", "plain"):
        found = look(files / name)
        assert found.records == len(lines) - 2
        assert list(found.lines()) == lines[1:-1]


def moved(file: bytes) -> bytes:
    first, second = (file[HEAD + n * BLOCK :][:BLOCK] for n in (0, 1))
    return file[:HEAD] + second + first + file[HEAD + 2 * BLOCK :]


def flipped(file: bytes) -> bytes:
    return file[: 2 * BLOCK] + bytes([file[2 * BLOCK] ^ 1]) + file[2 * BLOCK + 1 :]


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("sealed", lambda file: file[:-3], "cut off"),
        ("sealed", lambda file: file[: HEAD + BLOCK], "ends too early"),
        ("sealed", moved, "is not as it was sealed"),
        ("sealed", flipped, "is not as it was sealed"),
        ("plain", lambda file: file[: len(file) // 2], "ends too early"),
        ("plain", lambda file: file.replace(b"ann@", b"bad@", 1), "do not fit its trailer"),
        ("plain", lambda file: file + b"{}\n", "goes on after its end"),
        ("plain", lambda _: b"", "neither an export of Charter nor a CSV file"),
        ("plain", lambda _: bytes(range(256)) * 9, "neither an export"),
        ("plain", lambda _: b"{}\n", "no export of an instance"),
        ("plain", lambda _: b"id,username,username\n", "names a column twice"),
        ("plain", lambda _: b"x" * 200_000, "no CSV file of users"),
    ],
)
def test_a_changed_file_is_refused_in_one_sentence(files, name, change, words):
    (files / "changed").write_bytes(change((files / name).read_bytes()))
    with pytest.raises(Problem, match=words) as refused:
        look(files / "changed")
    assert len(str(refused.value).splitlines()) == 1


def test_another_passphrase_is_refused(files):
    with pytest.raises(Problem, match="The passphrase is not the one"):
        look(files / "sealed", "another passphrase")


def test_an_export_that_fails_leaves_no_file(tmp_path):
    def failing() -> None:
        with Target(tmp_path / "new", PASSPHRASE).writing(silent) as sink:
            sink(b"{}\n")
            raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        failing()
    assert list(tmp_path.iterdir()) == []
