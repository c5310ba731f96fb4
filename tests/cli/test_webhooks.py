"""Webhooks from the command line."""

import re


def test_an_endpoint_is_made_tried_listed_rotated_and_deleted(dev, charter, tmp_path):
    with dev(tmp_path / "data"):
        here = ("--data", "data")
        made = charter(
            "webhooks", "create", "http://127.0.0.1:9/", "--event", "user.created", *here
        )
        assert made.returncode == 0, made.stderr
        endpoint_id = re.search(r"ep_\w+", made.stdout)[0]
        secret = re.search(r"whsec_\S+", made.stdout)[0]
        listed = charter("webhooks", "list", *here).stdout
        assert f"{endpoint_id}  enabled" in listed
        assert "user.created  http://127.0.0.1:9/" in listed
        assert secret not in listed
        tested = charter("webhooks", "test", endpoint_id, *here)
        assert "user.created is on its way as msg_" in tested.stdout, tested.stderr
        for _ in range(20):
            shown = charter("webhooks", "log", "--endpoint", endpoint_id, *here).stdout
            if shown:
                break
        assert re.search(rf"msg_\w+  user.created  {endpoint_id}  \w+Error  \d+ ms", shown)
        message_id = re.search(r"msg_\w+", shown)[0]
        replayed = charter("webhooks", "replay", endpoint_id, "--message", message_id, *here)
        assert replayed.stdout == "1 on their way once more.\n"
        span = charter("webhooks", "replay", endpoint_id, "--hours", "1", *here)
        assert span.stdout == "0 on their way once more.\n"
        assert charter("webhooks", "replay", endpoint_id, *here).returncode == 2
        disabled = charter("webhooks", "update", endpoint_id, "--disable", *here).stdout
        assert f"{endpoint_id}  disabled (requested)" in disabled
        rotated = charter("webhooks", "rotate", endpoint_id, *here).stdout.strip()
        assert rotated.startswith("whsec_")
        assert rotated != secret
        gone = charter("webhooks", "delete", endpoint_id, *here)
        assert gone.stdout == f"{endpoint_id} was deleted.\n"
        missing = charter("webhooks", "rotate", endpoint_id, *here)
        assert (missing.returncode, "No webhook endpoint" in missing.stderr) == (1, True)
