"""What changes about people shows in the next token and the next decision."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch
from charter.kernel.errors import NotFound, NotPermitted
from tests.browsing import PASSWORD
from tests.core.sessions.reading import claims_of


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


@pytest.mark.security("G7")
async def test_another_role_and_the_end_of_a_membership_show_at_once(world, browser):
    acme = await world.organization()
    await world.user("ben", password=PASSWORD)
    await world.member(acme, "ben", "org:admin")
    session_id = await browser.sign_in("ben")
    form = {"active_organization_id": acme.id}
    await browser.post(f"/client/sessions/{session_id}/touch", form)
    assert claims_of(await browser.token())["o"]["rol"] == "admin"
    rename = {"organization_id": acme.id, "patch": OrganizationPatch(name="Other")}
    await world.call("ben", organizations.update, **rename)
    here = {"organization_id": acme.id, "user_id": "ben"}
    await world.call(None, memberships.set_role, role="org:member", **here)
    assert claims_of(await browser.token())["o"]["rol"] == "member"
    with pytest.raises(NotPermitted):
        await world.call("ben", organizations.update, **rename)
    await world.call(None, memberships.remove, **here)
    assert "o" not in claims_of(await browser.token())
    with pytest.raises(NotFound):
        await world.call("ben", organizations.update, **rename)
