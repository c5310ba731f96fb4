"""A server over a filled database, with the floor that runs the same statements beside it."""

import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.load import Load
from bench.operations import Request
from bench.processes import Running, base_environment, free_port, python, running
from bench.recording import Script
from charter.outside.postgres import EmbeddedPostgres
from charter.settings.fields import PRODUCTION_RATES
from charter.settings.keys import new_key


def environment_of(postgres: EmbeddedPostgres, folder: Path, name: str) -> Mapping[str, str]:
    """The settings of a server as it runs in production, over the database of this name."""
    return {
        **base_environment(),
        "CHARTER_MODE": "production",
        "CHARTER_PORT": str(free_port()),
        "CHARTER_DATA": str(folder / name),
        "CHARTER_PUBLIC_API_URL": "https://api.charter-bench.io",
        "CHARTER_PUBLIC_FRONTEND_URL": "https://accounts.charter-bench.io",
        "CHARTER_APP_URL": "https://app.charter-bench.io",
        "CHARTER_SMTP_HOST": "mail.charter-bench.io",
        "CHARTER_MAIL_FROM": "mail@charter-bench.io",
        "CHARTER_SECRET_ENCRYPTION_KEYS": new_key(),
        "CHARTER_WORKERS": "1",
        # Counted as in production, but never too many.
        "CHARTER_RATE_LIMITS": re.sub(r"=\d+/", "=999999999/", PRODUCTION_RATES),
        "DATABASE_URL": postgres.url_of(name),
    }


@contextmanager
def pair(
    environment: Mapping[str, str], folder: Path, name: str, recorded: Mapping[str, Script]
) -> Iterator[tuple[Running, Running]]:
    """Run a server with its floor until the end of the block."""
    scripts = folder / f"{name}.pickle"
    scripts.write_bytes(pickle.dumps(dict(recorded)))
    port, floor_port = int(environment["CHARTER_PORT"]), free_port()
    with (
        running(python("charter", "serve"), environment, port, folder / f"{name}.log") as server,
        running(
            python("bench.floor", str(floor_port), str(scripts)),
            environment,
            floor_port,
            folder / f"{name}-floor.log",
        ) as floor,
    ):
        yield server, floor


def loads_of(requests: Sequence[Request], folder: Path, name: str, size: str) -> tuple[Load, Load]:
    """The load of a server with these requests, and the same for its floor."""
    ours = [request.raw() for request in requests]
    floors = [request.raw(f"/{name}/{number}") for number, request in enumerate(requests)]
    return (
        Load.of(ours, folder, f"{name}-{size}"),
        Load.of(floors, folder, f"{name}-{size}-floor"),
    )
