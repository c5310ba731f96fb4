"""For which domain passkeys are, and which pages may use them."""

import dataclasses

import pytest

from charter.core.instances.model import Environment
from charter.core.keys.lookup import lookup
from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import PasskeyOriginRefused
from charter.core.passkeys.parties import relying_party
from charter.kernel.actor import RequestFacts
from charter.kernel.operation import Context
from charter.kernel.platform import Addresses


async def domain(world, origin, *, environment=Environment.DEVELOPMENT, allowed=()):
    found = await lookup(world.platform).instance(world.instance_id)
    instance = dataclasses.replace(
        found,
        environment=environment,
        frontend_host="auth.example.com",
        settings=dataclasses.replace(found.settings, allowed_origins=allowed),
    )
    addresses = Addresses(
        "https://api.example.com", "https://auth.example.com", "https://app.example.com"
    )
    platform = dataclasses.replace(world.platform, addresses=addresses)
    facts = RequestFacts(origin=origin)
    db = platform.database.reading(world.instance_id)
    now = platform.clock()
    ctx = Context(platform, world.server, passkeys.begin, facts, db, now)
    return relying_party(ctx, instance)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:5173", "localhost"),
        ("http://127.0.0.1:3000", "127.0.0.1"),
        ("https://app.example.com", "app.example.com"),
        (None, "app.example.com"),
    ],
)
async def test_in_development_it_is_the_host_of_the_page(world, origin, expected):
    assert await domain(world, origin) == expected


@pytest.mark.parametrize("origin", ["https://app.example.com", "https://auth.example.com", None])
async def test_in_production_all_pages_of_the_domain_share_passkeys(world, origin):
    found = await domain(world, origin, environment=Environment.PRODUCTION)
    assert found == "example.com"


async def test_an_allowed_page_elsewhere_has_passkeys_of_its_own(world):
    elsewhere = "https://shop.test"
    found = await domain(world, elsewhere, environment=Environment.PRODUCTION, allowed=(elsewhere,))
    assert found == "shop.test"


@pytest.mark.security("B8")
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.test",
        "http://app.example.com",
        "https://app.example.com:444",
        "https://app.example.com.evil.test",
        "https://example.com",
        "http://localhost",
        "null",
        "",
    ],
)
async def test_in_production_other_pages_are_refused(world, origin):
    with pytest.raises(PasskeyOriginRefused):
        await domain(world, origin, environment=Environment.PRODUCTION)
