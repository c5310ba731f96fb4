"""Names new passkeys after the product that made them."""

MADE_BY = {
    "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
    "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
    "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
}
"""AAGUID → name. Source: github.com/passkeydeveloper/passkey-authenticator-aaguids."""


def name_of(aaguid: str) -> str:
    """What a new passkey is called until its user says otherwise."""
    return MADE_BY.get(aaguid, "Passkey")
