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
        told = say("connect-stripe", "--secret-file", str(secret))
        assert "connected" in told
        assert "--webhook-secret-file" in told
        signing = tmp_path / "signing"
        signing.write_text("whsec_known_to_stripe\n")
        both = ("--secret-file", str(secret), "--webhook-secret-file", str(signing))
        assert say("connect-stripe", *both) == "Stripe is connected.\n"
        # The key for events stays when the other changes.
        assert say("connect-stripe", *both[:2]) == "Stripe is connected.\n"
        wrong = charter("billing", "add-discount", "X", "--percent", "1.234", "--data", "data")
        assert wrong.returncode == 2


def test_money_moves_by_four_commands_and_is_collected_by_one_server(dev, charter, tmp_path):
    (tmp_path / "phrase").write_text("correct horse battery\n")
    (tmp_path / "people.csv").write_text("id,primary_email_address\n1,ann@example.com\n")
    data = ("--data", "data")

    def say(*arguments):
        ran = charter(*arguments, *data)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    with dev(tmp_path / "data"):
        [source] = say("instances", "list").split()[:1]
        say("import", "people.csv")
        made = say("billing", "add-plan", "pro", "--name", "Pro", "--amount", "2000")
        (price,) = re.findall(r"cprice_\w+", made)
        exported = say("export", "first.charter", "--plain")
        assert "Wrote" in exported
        first = (tmp_path / "first.charter").read_text()
        (user,) = re.findall(r'"users","row":{"id":"(user_\w{27})"', first)
        say("billing", "subscribe", price, "--user", user)
        assert "Billing is held since" in say("billing", "hold")
        assert source in say("doctor").partition("billing")[2]
        say("export", "moved.charter", "--passphrase-file", "phrase")
        say("instances", "create", "--name", "Second", "--host", "auth.second.dev")
        listed = say("instances", "list").splitlines()
        (target,) = [line.split()[0] for line in listed if "Second" in line]
        here = ("--instance", target)
        moved = charter("import", "moved.charter", *here, "--passphrase-file", "phrase", *data)
        # On the same server its secret key stands for the first instance.
        assert "1 were rejected" in moved.stdout, moved.stderr
        assert f"charter billing resume --instance {target}" in moved.stdout
        assert {source, target} <= set(re.findall(r"ins_\w+", say("doctor")))
        assert "20.00 USD" in say("billing", "invoices", *here)
        assert "goes on" in say("billing", "resume", *here)
        assert target not in say("doctor")
