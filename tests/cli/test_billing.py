"""Billing from the command line."""

import re


def test_a_plan_is_made_subscribed_to_and_paid(dev, charter, tmp_path):
    def say(*arguments):
        ran = charter("billing", *arguments, "--data", "data")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    secret = tmp_path / "secret"
    secret.write_text("sk_test_known_to_stripe\n")
    with dev(tmp_path / "data"):
        assert "exports" in say("add-feature", "exports", "--name", "Exports")
        given = ("--name", "Pro", "--amount", "2000", "--feature", "exports")
        made = say("add-plan", "pro", *given)
        assert "user  pro  20.00 USD a month" in made
        assert made.endswith("exports\n")
        plan, price = re.findall(r"cplan_\w+|cprice_\w+", made)
        listed = say("plans")
        assert {"pro", "free_user", "free_org"} <= set(listed.split())
        assert "exports" not in say("set-features", plan)
        assert "Half" in say("add-discount", "Half", "--percent", "12.5")
        users = charter("billing", "subscribe", price, "--user", "user_x", "--data", "data")
        assert (users.returncode, "No user has this id" in users.stderr) == (1, True)
        assert say("invoices") == ""
        assert "connected" in say("connect-stripe", "--secret-file", str(secret))
        wrong = charter("billing", "add-discount", "X", "--percent", "1.234", "--data", "data")
        assert wrong.returncode == 2
