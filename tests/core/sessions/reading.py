"""Reads tokens as clients do."""

import base64
import json

from charter.core.keys.lookup import lookup


def part_of(token, index):
    part = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def claims_of(token):
    """The claims of a token, not verified."""
    return part_of(token, 1)


def header_of(token):
    """The header of a token."""
    return part_of(token, 0)


async def public_keys(world):
    """The keys by which tokens of the world's instance are verified."""
    return (await lookup(world.platform).signing_keys(world.instance_id)).public
