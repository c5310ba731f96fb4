"""Checks a password again and again, and prints the CPU microseconds of one check.

`python -m bench.argon2_alone NUMBER`
"""

import json
import sys
import time

from bench.sizes import PASSWORD
from charter.core.passwords.hashers import NEW_HASHER, hash_new, verify


def main(number: int) -> None:
    """Measure and print."""
    kept = hash_new(PASSWORD)
    verify(NEW_HASHER, kept, PASSWORD)
    before = time.process_time()
    for _ in range(number):
        verify(NEW_HASHER, kept, PASSWORD)
    print(json.dumps({"us": (time.process_time() - before) * 1e6 / number}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
