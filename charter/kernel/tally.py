"""Counts what repeats, so that the first of it is written down and a flood is only counted."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)
MOST = 20
"""How many of one kind are written down within WINDOW."""
KINDS = 4096


@dataclass(slots=True)
class _Count:
    since: datetime
    times: int = 0
    passed_over: int = 0


class Tally:
    """Says of each thing whether to write it down; of this process, and bounded in memory."""

    def __init__(self) -> None:
        self._counts: OrderedDict[Hashable, _Count] = OrderedDict()

    def count(self, kind: Hashable, now: datetime) -> int:
        """For how many of its kind this one is to be written down; 0, when it is not to be."""
        known = self._counts.get(kind)
        if known is None or not known.since <= now < known.since + WINDOW:
            # What the window before passed over is said with the first of this one.
            passed_over = 0 if known is None else known.passed_over
            known = self._counts[kind] = _Count(now)
            self._counts.move_to_end(kind)
            if len(self._counts) > KINDS:
                self._counts.popitem(last=False)
            known.times = 1
            return 1 + passed_over
        known.times += 1
        if known.times > MOST:
            known.passed_over += 1
            return 0
        return 1
