"""Runs the example app against a server of its own, with somebody signed in to try it."""

import argparse
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from clerk_backend_api import Clerk

ROOT = Path(__file__).parent.parent
CHARTER = [sys.executable, "-m", "charter"]
START_SECONDS = 60


def main() -> int:
    """Start both, show what to try, wait for Ctrl-C; with `--once`, try it and stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8300, help="the server's; the app's is one more"
    )
    parser.add_argument("--data", default=str(ROOT / ".charter" / "demo"), help="its data folder")
    parser.add_argument("--once", action="store_true", help="try the app once and stop")
    given = parser.parse_args()
    Path(given.data).mkdir(parents=True, exist_ok=True)
    processes = [
        subprocess.Popen(
            [*CHARTER, "dev", "--port", str(given.port), "--data", given.data],
            stdout=subprocess.DEVNULL,
        )
    ]
    try:
        wait_for(f"http://127.0.0.1:{given.port}/v1/jwks")
        environment = {**os.environ, **charter_env(given.data)}
        flask = [sys.executable, "-m", "flask", "--app", str(ROOT / "examples/flask_app/app.py")]
        processes.append(
            subprocess.Popen([*flask, "run", "--port", str(given.port + 1)], env=environment)
        )
        app_url = f"http://127.0.0.1:{given.port + 1}"
        wait_for(app_url)
        return show(environment, app_url, once=given.once)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(10)


def charter_env(data: str) -> dict[str, str]:
    """The lines of `charter env`."""
    printed = subprocess.run(
        [*CHARTER, "env", "--data", data], check=True, capture_output=True, text=True
    ).stdout
    pairs = (line.partition("=") for line in printed.splitlines() if "=" in line)
    return {name: value.strip("\"'") for name, _, value in pairs}


def wait_for(url: str) -> None:
    """Wait until something answers at a URL."""
    for _ in range(START_SECONDS * 10):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Nothing answers at {url}.")


def show(environment: dict[str, str], app_url: str, *, once: bool) -> int:
    """Make a signed-in user, and show or try what they may do."""
    clerk = Clerk(
        bearer_auth=environment["CHARTER_SECRET_KEY"],
        server_url=environment["CHARTER_API_URL"] + "/v1",
    )
    found = clerk.users.list(request={"email_address": ["demo@example.com"]})
    user = (
        found[0]
        if found
        else clerk.users.create(email_address=["demo@example.com"], first_name="Demo")
    )
    session = clerk.sessions.create(request={"user_id": user.id})
    token = clerk.sessions.create_token(session_id=session.id, expires_in_seconds=3600).jwt
    print(f"\nThe app runs at {app_url}. Without and with a session token:\n")
    print(f"  curl {app_url}/whoami")
    print(f"  curl {app_url}/whoami -H 'Authorization: Bearer {token}'\n")
    if once:
        return attempt(app_url, str(token))
    print("Ctrl-C stops both.")
    while True:
        time.sleep(3600)


def attempt(app_url: str, token: str) -> int:
    """Ask without and with a token."""
    statuses = []
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        request = urllib.request.Request(f"{app_url}/whoami", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                statuses.append(answer.status)
                print(answer.read().decode())
        except urllib.error.HTTPError as refused:
            statuses.append(refused.code)
    print("statuses:", *statuses)
    return 0 if statuses == [401, 200] else 1


if __name__ == "__main__":
    raise SystemExit(main())
