"""The file that an export is written to."""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from charter.kernel.sealed_files import SealingWriter
from charter.problems import EnvironmentProblem

_BUFFER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """Where an export goes. passphrase: None for a file that everybody can read."""

    path: Path
    passphrase: str | None = field(repr=False)

    @contextmanager
    def writing(self, progress: Callable[[int], None]) -> Iterator[Callable[[bytes], None]]:
        """What takes the lines. The file has its name when all of them are on the disk.

        Raises: EnvironmentProblem.
        """
        partial = self.path.with_name(self.path.name + ".partial")
        try:
            # It holds every secret of the instance: nobody else may look, not even meanwhile.
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb", buffering=_BUFFER_BYTES) as file:
                os.fchmod(file.fileno(), 0o600)
                sealing = None if self.passphrase is None else SealingWriter(file, self.passphrase)
                write = file.write if sealing is None else sealing.write
                count = 0

                def sink(line: bytes) -> None:
                    nonlocal count
                    write(line)
                    count += 1
                    progress(count)

                yield sink
                if sealing is not None:
                    sealing.close()
                file.flush()
                os.fsync(file.fileno())
            partial.rename(self.path)
        except OSError as error:
            raise EnvironmentProblem(f"{self.path} cannot be written: {error.strerror}.") from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink()
