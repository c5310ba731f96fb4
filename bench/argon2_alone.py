"""Checks a password again and again, and prints what one check costs, and how many are made.

`python -m bench.argon2_alone NUMBER`: the CPU microseconds of one, and how many a second. In as
many threads as the server has for it, each kept busy: with more, the cores get in one another's way
to the memory, and each check takes longer.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench.sizes import PASSWORD
from charter.core.passwords.hashers import NEW_HASHER, hash_new, verify
from charter.settings import Settings


def main(number: int) -> None:
    """Measure and print."""
    kept = hash_new(PASSWORD)
    with ThreadPoolExecutor(Settings().hash_concurrency) as threads:
        _check(threads, kept, number // 10)
        before, begun = time.process_time(), time.monotonic()
        _check(threads, kept, number)
        us = (time.process_time() - before) * 1e6 / number
        print(json.dumps({"us": us, "per_second": number / (time.monotonic() - begun)}))


def _check(threads: ThreadPoolExecutor, kept: str, number: int) -> None:
    checks = [threads.submit(verify, NEW_HASHER, kept, PASSWORD) for _ in range(number)]
    if not all(each.result() for each in checks):
        raise RuntimeError("a right password was found wrong")


if __name__ == "__main__":
    main(int(sys.argv[1]))
