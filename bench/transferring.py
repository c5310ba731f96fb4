"""Measures how fast a large file goes to and from the server's own store, and beside it a copy."""

import json
import os
import socket
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bench.processes import Running, base_environment, free_port, python, running
from charter.surfaces.accounts.ids import account_id

SIZE = 256 * 1024**2
LEAST_SHARE = 0.6
_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Transferred:
    """MiB a second of the server and of a bare copy, medians; grown: of the server's memory."""

    upload: float
    bare_upload: float
    upload_share: float
    download: float
    bare_download: float
    download_share: float
    grown_mib: float


def measure_files(stage: Any, folder: Path, *, quick: bool) -> Transferred:
    """Send and fetch a file of 256 MiB, by turns with a bare copy."""
    print("Measuring a file of 256 MiB …", flush=True)
    source = folder / "source"
    with source.open("wb") as file:
        for _ in range(SIZE // _BLOCK):
            file.write(os.urandom(_BLOCK))
    port = free_port()
    command = python("bench.bare_copy", str(port), str(folder))
    rounds: list[tuple[float, ...]] = []
    with running(command, base_environment(), port, folder / "bare.log") as bare:
        before = _peak_kib(stage.server)
        for number in range(3 if quick else 7):
            put, get = _signed(stage, f"bench/{number}")
            bare_put = ("/bare", {"Content-Length": str(SIZE)})
            pairs = [(stage.server, put, get), (bare, bare_put, lambda: "/bare")]
            speeds = {}
            for server, (path, headers), fetched in pairs if number % 2 else reversed(pairs):
                upload = _upload(server.port, path, headers, source)
                speeds[server.port] = (upload, _download(server.port, fetched()))
            rounds.append((*speeds[stage.server.port], *speeds[bare.port]))
        grown = (_peak_kib(stage.server) - before) / 1024
    ours_up, ours_down, bare_up, bare_down = (
        statistics.median(each) for each in zip(*rounds, strict=True)
    )
    return Transferred(
        upload=ours_up,
        bare_upload=bare_up,
        upload_share=statistics.median(each[0] / each[2] for each in rounds),
        download=ours_down,
        bare_download=bare_down,
        download_share=statistics.median(each[1] / each[3] for each in rounds),
        grown_mib=grown,
    )


def _signed(stage: Any, key: str) -> tuple[tuple[str, Mapping[str, str]], Any]:
    """The path and headers that write a file, and what gives the path that reads it."""
    files = f"/accounts/api/accounts/{account_id(stage.drawn.organizations[0])}/files"
    body = {"key": key, "content_type": "application/octet-stream", "size": SIZE}
    made = _ask(stage, f"{files}/presign", body)

    def reading() -> str:
        return _path(_ask(stage, f"{files}/presign-read", {"key": key})["url"])

    return (_path(made["url"]), made["headers"]), reading


def _ask(stage: Any, path: str, body: Mapping[str, Any]) -> Any:
    asked = Request(
        f"http://127.0.0.1:{stage.server.port}{path}",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {stage.drawn.secret_key}", "Content-Type": "application/json"},
    )
    with urlopen(asked) as answer:
        return json.load(answer)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _upload(port: int, path: str, headers: Mapping[str, str], source: Path) -> float:
    """MiB a second."""
    lines = [f"PUT {path} HTTP/1.1", "Host: bench", *(f"{k}: {v}" for k, v in headers.items())]
    with socket.create_connection(("127.0.0.1", port)) as connection, source.open("rb") as file:
        began = time.perf_counter()
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        connection.sendfile(file)
        answer = connection.recv(4096)
        took = time.perf_counter() - began
    if b" 200 " not in answer.partition(b"\r\n")[0]:
        raise RuntimeError(answer.decode(errors="replace"))
    return SIZE / 1024**2 / took


def _download(port: int, path: str) -> float:
    """MiB a second."""
    buffer = bytearray(_BLOCK)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        began = time.perf_counter()
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        found = 0
        while found < SIZE:
            found += connection.recv_into(buffer) or _end(found)
        took = time.perf_counter() - began
    return SIZE / 1024**2 / took


def _end(found: int) -> int:
    raise RuntimeError(f"The answer ended after {found} bytes.")


def _peak_kib(server: Running) -> int:
    """The most memory of a server and its children."""
    processes = [server.process, *server.process.children(recursive=True)]
    texts = [Path(f"/proc/{each.pid}/status").read_text() for each in processes]
    return sum(int(text.partition("VmHWM:")[2].split()[0]) for text in texts)
