"""Processes that end with the one that started them, so that a kill leaves none behind."""

import ctypes
import multiprocessing
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Let a process of `multiprocessing` end when its parent does, however that ends.

    One that went on would keep the port, and the next start would find it in use. Linux alone can
    do this.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent.pid:  # it ended before the option was set
        os.kill(os.getpid(), signal.SIGTERM)
