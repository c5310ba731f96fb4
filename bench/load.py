"""Load from wrk, or from a client of our own where wrk is missing."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import base_environment, python

CONNECTIONS = 8
SCRIPT = """
local requests = {{
{requests}
}}
local at = 0
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{{"requests": %d, "seconds": %f, "errors": %d}}\\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Loaded:
    """What a load did. `errors` are answers of 400 and above, and lost connections."""

    requests: int
    seconds: float
    errors: int


@dataclass(frozen=True)
class Load:
    """Different requests, sent in turn over `CONNECTIONS` connections as fast as answered."""

    script: Path

    @classmethod
    def of(cls, requests: Sequence[str], folder: Path, name: str) -> "Load":
        """Write the requests where the load generator reads them."""
        script = folder / f"{name}.lua"
        lines = ",\n".join(_quoted(each) for each in requests)
        script.write_text(SCRIPT.format(requests=lines))
        script.with_suffix(".json").write_text(json.dumps(requests))
        return cls(script)

    def run(self, port: int, seconds: float) -> Loaded:
        """Load a server for so long. Raises: RuntimeError, when the generator fails."""
        if has_wrk():
            # wrk counts whole seconds, and one of its threads is more than one server takes.
            command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
            command += ["-s", str(self.script), f"http://127.0.0.1:{port}"]
        else:
            requests = str(self.script.with_suffix(".json"))
            command = python("bench.client", "steady", str(port), requests, str(seconds))
        found = run_json(command)
        return Loaded(int(found["requests"]), found["seconds"], int(found["errors"]))


def run_json(command: list[str], environment: Mapping[str, str] | None = None) -> Any:
    """Run a command whose last line is a JSON object. Raises: RuntimeError, when it fails."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment or base_environment()
    )
    try:
        return json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}") from None


def has_wrk() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def get_wrk() -> None:
    """Install wrk where we may; else say how to, and that our own client takes its place."""
    if has_wrk():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing wrk (apt-get install wrk) …", flush=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False, capture_output=True)
    if not has_wrk():
        print(
            "wrk is missing (`sudo apt-get install wrk`); a slower client of our own loads instead."
            " CPU times are the same, for the generator's own are not counted.",
            flush=True,
        )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\r", "\\r").replace("\n", "\\n") + '"'
