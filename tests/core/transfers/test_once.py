"""What works once does not work again because a copy of the instance was restored."""

import pytest

from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, GrantSpent, Purpose
from charter.core.join_codes import operations as join_codes
from charter.core.organization_invitations import operations as organization_invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.users import operations as users
from charter.kernel.actor import NO_REQUEST
from charter.kernel.operation import CATALOG, Context
from tests.cast import PASSWORD, PICTURE
from tests.core.sessions.reading import claims_of
from tests.core.transfers.moving import exported, imported, rows_of


async def tried(world, purpose: Purpose, secret: str):
    """What spending a grant gives: its row, or the error."""
    db = world.platform.database.writing(world.instance_id)
    ctx = Context(
        world.platform, world.server, CATALOG["users.get"], NO_REQUEST, db, world.platform.clock()
    )
    try:
        return await granting.spend(ctx, purpose, secret)
    except GRANT_ERRORS as error:
        return error
    finally:
        await db.end(commit=False)


@pytest.mark.security("O7")
async def test_an_invitation_that_was_spent_stays_spent_and_an_open_one_stays_open(
    world, elsewhere
):
    acme = await world.organization(owner="ann")
    made = [
        await world.call(
            None,
            organization_invitations.create,
            organization_id=acme.id,
            invitation=NewOrganizationInvitation(f"{name}@x.org", "org:member", notify=False),
        )
        for name in ("spent", "open")
    ]
    secrets = [each.secret for each in made]
    await world.sql(
        "UPDATE grants SET uses = 1 WHERE instance_id = $1 AND subject_id = $2",
        world.instance_id,
        made[0].invitation.id,
    )
    await imported(elsewhere, await exported(world))
    purpose = Purpose.ORGANIZATION_INVITATION
    assert isinstance(await tried(elsewhere, purpose, secrets[0]), GrantSpent)
    assert (await tried(elsewhere, purpose, secrets[1])).subject_id == made[1].invitation.id


@pytest.mark.security("O7")
async def test_a_join_code_keeps_count_of_its_uses(world, elsewhere):
    acme = await world.organization(owner="ann")
    made = await world.call(None, join_codes.create, organization_id=acme.id, max_uses=1)
    await world.user("ben")
    await world.call("ben", join_codes.join, code=made.code)
    await imported(elsewhere, await exported(world))
    [grant] = await elsewhere.sql(
        "SELECT uses, max_uses FROM grants WHERE instance_id = $1", elsewhere.instance_id
    )
    assert (grant["uses"], grant["max_uses"]) == (1, 1)


@pytest.mark.security("O7")
async def test_nothing_that_signs_in_once_goes_along_open_or_spent(world, elsewhere):
    ann = await world.user("ann")
    ticket = (await world.call(None, sign_in_tokens.create, user_id=ann.id)).ticket
    await world.session("ann")
    browser = world.browser()
    await browser.sign_in("ben", PASSWORD)
    lines = await exported(world)
    await imported(elsewhere, lines)
    secret = claims_of(ticket)["grant"]
    assert isinstance(await tried(elsewhere, Purpose.SIGN_IN_TOKEN, secret), GRANT_ERRORS)
    for table in ("sessions", "clients", "sign_ins", "sign_ups", "sign_in_tokens", "actor_tokens"):
        assert (
            await elsewhere.sql(
                f"SELECT 1 FROM {table} WHERE instance_id = $1", elsewhere.instance_id
            )
            == []
        )
    kinds = {row["purpose"] for row in rows_of(lines, "grants")}
    assert kinds <= {"invitation", "organization_invitation", "join_code"}
    await browser.close()


@pytest.mark.security("O7")
async def test_a_code_of_an_app_that_was_taken_is_not_taken_again(world, elsewhere):
    ann = await world.user("ann", totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    await world.sql(
        "UPDATE totp_secrets SET last_step = 99 WHERE instance_id = $1", world.instance_id
    )
    await imported(elsewhere, await exported(world))
    [row] = await elsewhere.sql(
        "SELECT last_step FROM totp_secrets WHERE user_id = $1 AND instance_id = $2",
        ann.id,
        elsewhere.instance_id,
    )
    assert row["last_step"] == 99


@pytest.mark.security("J7")
async def test_of_a_user_who_was_deleted_an_export_holds_nothing(world):
    given = {
        "email": "Gone.Person@example.com",
        "first_name": "Gonefirst",
        "last_name": "Gonelast",
        "username": "gone_person",
        "phone_numbers": ["+12015550177"],
        "external_id": "gone-external",
        "password": PASSWORD,
        "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "private_metadata": {"note": "gone-note"},
    }
    gone = await world.user("gone", **given)
    await world.organization(owner=["ann", "gone"])
    await world.session("gone")
    await world.call(None, users.set_profile_image, user_id=gone.id, file=PICTURE)
    traces = [
        b"gone.person", b"Gone.Person", b"Gonefirst", b"Gonelast", b"gone_person",
        b"12015550177", b"gone-external", b"gone-note", gone.id.encode(),
    ]  # fmt: skip
    before = b"".join(await exported(world))
    assert all(trace in before for trace in traces)
    await world.call(None, users.delete, user_id=gone.id)
    after = b"".join(await exported(world))
    assert [trace for trace in traces if trace in after] == []
