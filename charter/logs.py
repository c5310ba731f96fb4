"""Logging: one line per thing that happened, without secrets, which nobody outside can split."""

import asyncio
import atexit
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
import structlog

from charter.settings import Settings

HIDDEN = "[hidden]"
LONGEST = 2000
GATHER_SECONDS = 0.2
MOST_GATHERED = 200

# Names of what is never logged, whatever it holds.
_SECRET_NAME = re.compile(
    r"(?i)(passw|secret|token|authorization|cookie|credential|private|digest|api_?key|jwt|ticket"
    r"|^code$|_code$|^body$|^query)"
)
# Secrets by their looks: keys with our prefixes, signed tokens, bearer and basic credentials, and
# what stands in an address behind a question mark.
_SECRET_TEXT = re.compile(
    r"(?:sk|ak|mt|oat|ort)_[A-Za-z0-9_]{16,}"
    r"|eyJ[\w-]{4,}\.[\w-]+\.?[\w-]*"
    r"|(?i:bearer|basic)\s+[^\s,;\"']+"
    r"|(?<=\?)[^\s\"']+"
)
# Messages of errors repeat values in quotes, and codes are digits.
_VALUE = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\b\d{6,}\b")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

EventDict = MutableMapping[str, Any]


def configure(settings: Settings) -> None:
    """Log as the settings say, to standard error; the standard library's loggers too."""
    ANSWERS.write()
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            as_json if settings.log_format == "json" else as_text,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: Lines(),
        cache_logger_on_first_use=True,
    )
    ANSWERS.is_on = level <= logging.INFO
    ANSWERS.writes_json = settings.log_format == "json"
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, FromLibraries)]
    root.addHandler(FromLibraries())
    root.setLevel(max(level, logging.WARNING))


class Answers:
    """A line for each answer, gathered and written together a few times a second.

    Written one by one, a line costs more than the row that was read for its answer.
    """

    def __init__(self) -> None:
        self.is_on = True
        self.writes_json = False
        self._lines: list[str] = []

    def add(self, method: str, route: str, status: int, seconds: float, trace_id: str) -> None:
        """Log an answer: the route as it was declared, never the address that was asked for."""
        if not self.is_on:
            return
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        method, milliseconds = _line(method), round(seconds * 1000, 1)
        self._lines.append(
            f'{{"event":"answered","method":"{method}","route":"{route}","status":{status},'
            f'"milliseconds":{milliseconds},"trace_id":"{trace_id}","level":"info",'
            f'"timestamp":"{moment}"}}\n'
            if self.writes_json
            else f"{moment} info    answered method={method} route={route} status={status}"
            f" milliseconds={milliseconds} trace_id={trace_id}\n"
        )
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.write)
        elif len(self._lines) >= MOST_GATHERED:
            self.write()

    def write(self) -> None:
        """Write what has been gathered, in one piece."""
        lines, self._lines = self._lines, []
        if lines:
            sys.stderr.write("".join(lines))


ANSWERS = Answers()
"""This process's log of answers."""
atexit.register(ANSWERS.write)


class Lines:
    """Writes lines to what standard error is at that moment."""

    def msg(self, line: str) -> None:
        """Write a line in one piece, so that those of other processes stand beside it."""
        ANSWERS.write()
        sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = exception = log = msg


class FromLibraries(logging.Handler):
    """Passes on what libraries log, through the same rules as our own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record."""
        log = structlog.get_logger(record.name)
        message = _VALUE.sub(HIDDEN, record.getMessage())
        log.log(record.levelno, message, logger=record.name, exc_info=record.exc_info)


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Hide secrets by name and by looks, tell exceptions without their values, split no line."""
    failure = event.pop("exc_info", None)
    for name, value in event.items():
        event[name] = HIDDEN if _names_a_secret(name) else clean(value)
    if failure:
        event["error"] = told(failure)
    return event


def clean(value: Any) -> Any:
    """A value without secrets and line ends; what is no plain value is named by its type."""
    if isinstance(value, str):
        return _line(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {
            _line(str(name)): HIDDEN if _names_a_secret(str(name)) else clean(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner) for inner in value]
    return f"<{type(value).__name__}>"


def told(failure: Any) -> list[dict[str, Any]]:
    """An exception and those behind it: type, message without values, and where it came from."""
    error = sys.exc_info()[1] if failure is True else failure
    if isinstance(error, tuple):
        error = error[1]
    chain: list[dict[str, Any]] = []
    while isinstance(error, BaseException) and len(chain) < 8:
        frames = traceback.extract_tb(error.__traceback__)
        chain.append(
            {
                "type": type(error).__name__,
                # The first line alone: those of a database quote whole rows behind it.
                "message": _line(_VALUE.sub(HIDDEN, str(error).partition("\n")[0])),
                "frames": [f"{each.filename}:{each.lineno} {each.name}" for each in frames[-20:]],
            }
        )
        error = error.__cause__ or error.__context__
    return chain


def as_json(_logger: Any, _method: str, event: EventDict) -> str:
    """A line for machines."""
    return msgspec.json.encode(event).decode()


def as_text(_logger: Any, _method: str, event: EventDict) -> str:
    """A line for people, and below it where an error came from."""
    failure = event.pop("error", None)
    moment, level = event.pop("timestamp", ""), event.pop("level", "")
    parts = [f"{moment} {level:<7} {event.pop('event', '')}"]
    parts += [f"{name}={value}" for name, value in event.items()]
    lines = [" ".join(parts)]
    for each in failure if isinstance(failure, list) else ():
        lines.append(f"    {each['type']}: {each['message']}")
        lines += [f"        {frame}" for frame in each["frames"]]
    return "\n".join(lines)


@lru_cache(1024)
def _names_a_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def _line(text: str) -> str:
    # Most values are plain words, such as ids and methods: nothing in them is to be looked for.
    if text.isalnum() and text.isascii():
        return text[:LONGEST]
    return _SECRET_TEXT.sub(HIDDEN, _CONTROL.sub(" ", text))[:LONGEST]
