"""What this API says of credentials that do not hold."""

CREDENTIALS: dict[str, str] = {
    "authorization": "Send a secret key: the header `Authorization: Bearer sk_…`.",
    "machine": "A machine makes its tokens with its own secret: `Authorization: Bearer ak_…`.",
    "machine_secret": "The secret of a machine is for M2M tokens; this takes a secret key, `sk_…`.",
    "publishable_key": "This is a publishable key, which is for pages; send a secret key, `sk_…`.",
}
"""What is wrong with a credential → how to mend it; nothing that its holder does not know."""
