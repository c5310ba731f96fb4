"""A line in which nobody waits for long behind a crowd that came together."""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairLine(Generic[T]):
    """Who waits, by party: each party's first is taken in turn, within a party the oldest."""

    def __init__(self) -> None:
        self._parties: OrderedDict[str, deque[T]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def join(self, party: str, waiting: T) -> None:
        """Stand at the end of the party's own line."""
        self._parties.setdefault(party, deque()).append(waiting)
        self._length += 1

    def take(self) -> T:
        """The next one; its party comes again when all others had their turn.

        Raises: KeyError, for an empty line.
        """
        party, line = self._parties.popitem(last=False)
        taken = line.popleft()
        if line:
            self._parties[party] = line
        self._length -= 1
        return taken

    def would_push_out(self, party: str) -> bool:
        """Whether somebody has to make room for one more of this party."""
        return self._longest_beside(party) is not None

    def push_out(self, party: str) -> T | None:
        """The last one of the longest party, where that is longer than this one would become."""
        longest = self._longest_beside(party)
        if longest is None:
            return None
        self._length -= 1
        return self._parties[longest].pop()

    def _longest_beside(self, party: str) -> str | None:
        if not self._parties:
            return None
        longest = max(self._parties, key=lambda each: len(self._parties[each]))
        own = len(self._parties.get(party, ()))
        return longest if len(self._parties[longest]) > own + 1 else None

    def leave(self, party: str, waiting: T) -> bool:
        """Leave before the turn has come; whether it had not."""
        line = self._parties.get(party)
        if line is None or waiting not in line:
            return False
        line.remove(waiting)
        if not line:
            del self._parties[party]
        self._length -= 1
        return True
