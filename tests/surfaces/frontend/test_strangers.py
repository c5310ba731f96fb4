"""Every route of an organization, called by somebody who is not in it: as if it did not exist."""

import pytest

from charter.kernel.ids import new_id
from charter.surfaces.frontend import (
    membership_requests,
    organization_domains,
    organization_invitations,
    organization_memberships,
    organizations,
)
from tests.cast import PICTURE, make_cast
from tests.world import new_world

ROUTES = [
    call
    for module in (
        membership_requests,
        organization_domains,
        organization_invitations,
        organization_memberships,
        organizations,
    )
    for call in module.CALLS
    if "{organization_id}" in call.path
]
KINDS = {
    "organization_id": "organization",
    "user_id": "user",
    "domain_id": "organization_domain",
    "request_id": "membership_request",
    "invitation_id": "organization_invitation",
}
FORM = {
    "name": "Fresh",
    "role": "org:member",
    "user_id": "user_x",
    "email_address": "fresh@example.com",
    "names": "fresh.test",
    "organization_domain_ids": "orgdmn_x",
    "enrollment_mode": "manual_invitation",
    "affiliation_email_address": "office@acme.test",
    "code": "000000",
}
"""Every field that a route of these requires; others pass it over."""


@pytest.fixture(scope="module")
async def cast(platform, app):
    return await make_cast(await new_world(platform, app))


@pytest.fixture
async def eve(cast):
    """A browser of the same instance, signed in by somebody who is in no organization."""
    made = cast.world.browser()
    await made.sign_in("eve")
    yield made
    await made.close()


async def ask(browser, call, path):
    query = {"_method": call.method, "_clerk_session_id": browser.session_id}
    if call.method == "GET":
        return await browser.get(path)
    if call.upload:
        return await browser.http.post(path, params=query, files={"file": ("x.png", PICTURE)})
    return await browser.http.post(path, params=query, data=FORM)


@pytest.mark.security("G1")
@pytest.mark.parametrize("call", ROUTES, ids=lambda call: f"{call.method} {call.path}")
async def test_a_stranger_finds_nothing_and_learns_not_even_that(cast, eve, call):
    real = {name: cast[kind] for name, kind in KINDS.items()}
    made_up = {name: new_id(given.partition("_")[0] + "_") for name, given in real.items()}
    answers = [await ask(eve, call, call.path.format(**ids)) for ids in (real, made_up)]
    told = [
        (answer.status_code, [error["code"] for error in answer.json()["errors"]])
        for answer in answers
    ]
    assert told == [(404, ["resource_not_found"])] * 2
