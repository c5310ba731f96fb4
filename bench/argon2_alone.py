"""Checks a password again and again, and prints the CPU microseconds of one check.

`python -m bench.argon2_alone NUMBER`. As many threads as the server has for it keep every core
busy, as they are there: an idle core, or a single one, checks at another speed.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench.sizes import PASSWORD
from charter.core.passwords.hashers import NEW_HASHER, hash_new, verify


def main(number: int) -> None:
    """Measure and print."""
    kept = hash_new(PASSWORD)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        _check(threads, kept, number // 10)
        before = time.process_time()
        _check(threads, kept, number)
        print(json.dumps({"us": (time.process_time() - before) * 1e6 / number}))


def _check(threads: ThreadPoolExecutor, kept: str, number: int) -> None:
    checks = [threads.submit(verify, NEW_HASHER, kept, PASSWORD) for _ in range(number)]
    if not all(each.result() for each in checks):
        raise RuntimeError("a right password was found wrong")


if __name__ == "__main__":
    main(int(sys.argv[1]))
