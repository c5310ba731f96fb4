"""Make the list of common passwords from the lists that zxcvbn and Django publish.

Run with both at hand, which the product itself does not need:

    uv run --with zxcvbn==4.5.0 --with 'django==5.2.*' tools/make_common_passwords.py

Only data is taken: zxcvbn's list of passwords by frequency (MIT) and that of Django's
CommonPasswordValidator (BSD-3-Clause). The result is sorted and the same at every run.
"""

import gzip
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from zxcvbn.frequency_lists import FREQUENCY_LISTS

TARGET = Path(__file__).parent.parent / "charter/core/passwords/common.txt.gz"
LEAST = 10_000


def main() -> None:
    """Write the list, one password a line, in lower case."""
    found = {*FREQUENCY_LISTS["passwords"], *CommonPasswordValidator().passwords}
    passwords = sorted({password.strip().lower() for password in found} - {""})
    if len(passwords) < LEAST:
        raise SystemExit(f"only {len(passwords)} passwords: the sources have changed their form")
    TARGET.write_bytes(gzip.compress("\n".join(passwords).encode(), mtime=0))
    print(f"{len(passwords)} passwords, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
