"""Clients of the app from the command line."""


def test_the_first_client_of_an_instance_is_made_and_listed(dev, charter, tmp_path):
    with dev(tmp_path / "data"):
        made = charter(
            "clients",
            "create",
            "--name",
            "Web",
            "--redirect-uri",
            "https://app.example/callback",
            "--grant-type",
            "client_credentials",
            "--data",
            "data",
        )
        assert made.returncode == 0, made.stderr
        client, secret = made.stdout.splitlines()
        assert client.startswith("Client  cid_")
        assert secret.startswith("Secret  ocs_")
        public = charter("clients", "create", "--name", "App", "--public", "--data", "data")
        assert "Secret" not in public.stdout
        listed = charter("clients", "list", "--data", "data").stdout
        assert client.removeprefix("Client  ") + "  Web  client_credentials" in listed
        wrong = charter(
            "clients", "create", "--name", "X", "--issuer", "http://x", "--data", "data"
        )
        assert wrong.returncode == 1
        assert "issuer" in wrong.stderr
