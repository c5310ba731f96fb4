"""Identity providers from the command line."""


def test_a_provider_is_added_listed_changed_and_removed(dev, charter, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("known to google and us\n")
    with dev(tmp_path / "data"):
        added = charter(
            "providers",
            "add",
            "oauth_google",
            "--client-id",
            "us.apps.test",
            "--client-secret-file",
            str(secret),
            "--data",
            "data",
        )
        assert added.returncode == 0, added.stderr
        assert "oauth_google  enabled  Google  us.apps.test" in added.stdout
        assert "/v1/oauth_callback" in added.stdout
        listed = charter("providers", "list", "--data", "data").stdout
        assert "oauth_google  enabled" in listed
        assert "known to google" not in listed
        changed = charter("providers", "update", "oauth_google", "--disable", "--data", "data")
        assert "oauth_google  disabled" in changed.stdout
        removed = charter("providers", "remove", "oauth_google", "--data", "data")
        assert removed.stdout == "oauth_google was removed.\n"


def test_what_makes_no_sense_is_told_in_a_sentence(dev, charter, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    with dev(tmp_path / "data"):
        given = ("--client-id", "us", "--client-secret-file", str(secret), "--data", "data")
        unknown = charter("providers", "add", "oauth_nobody", *given)
        assert unknown.returncode == 1
        assert "oauth_custom_ and a name" in unknown.stderr
        gone = charter("providers", "remove", "oauth_google", "--data", "data")
        assert gone.returncode == 1
        assert "No identity provider has this strategy" in gone.stderr
        claim = charter("providers", "add", "oauth_custom_x", *given, "--claim", "email")
        assert claim.returncode == 2
