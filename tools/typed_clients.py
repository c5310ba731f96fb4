"""Make a typed Python client of each door for which there is none: of its own description.

    tools/typed_clients.py [FOLDER]

The packages `charter_accounts` and `charter_odata` are written to the folder (build/clients), in
place of what was there. They need httpx and attrs, and know every call, its inputs and its answers.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from charter.openapi import document  # noqa: E402 - the path comes first

FOLDER = ROOT / "build" / "clients"
PACKAGES = {"accounts": "charter_accounts", "odata": "charter_odata"}
CONFIGURATION = "post_hooks: []\nliteral_enums: true\n"


def generate(folder: Path) -> None:
    """Write every package."""
    folder.mkdir(parents=True, exist_ok=True)
    for door, package in PACKAGES.items():
        made = folder / package
        shutil.rmtree(made, ignore_errors=True)
        with tempfile.TemporaryDirectory() as scratch:
            described, configured = Path(scratch) / "openapi.json", Path(scratch) / "config.yml"
            described.write_text(json.dumps(document(door)))
            configured.write_text(CONFIGURATION)
            generator = [sys.executable, "-m", "openapi_python_client", "generate"]
            options = {"--path": described, "--config": configured, "--output-path": made}
            given = [str(word) for option in options.items() for word in option]
            # What the generator cannot make is a failure, not a warning.
            subprocess.run(
                [*generator, *given, "--meta", "none", "--fail-on-warning"],
                check=True,
                stdout=subprocess.DEVNULL,
            )


def main() -> int:
    """Write them where the caller says."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    generate(folder)
    print(f"Put this folder on the path: {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
