"""The lists of who may come in and who may not."""

import pytest

from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.invitations import operations as invitations
from charter.core.invitations.model import InvitationExists, InvitationStatus, NewInvitation
from charter.core.listed_identifiers import operations
from charter.core.listed_identifiers.model import (
    IdentifierInvalid,
    IdentifierType,
    ListedIdentifierExists,
    ListedIdentifierNotFound,
    ListName,
)
from charter.kernel.lists import Search
from tests.sent import sent
from tests.world import all_at_once

WALLET = "0x" + "Ab" * 20


async def allow(world, identifier, **more):
    return await world.call(None, operations.allow, identifier=identifier, **more)


async def block(world, identifier):
    return await world.call(None, operations.block, identifier=identifier)


async def delete(world, row):
    return await world.call(None, operations.delete, list_name=row.list_name, identifier_id=row.id)


@pytest.mark.parametrize(
    ("identifier", "kind", "again"),
    [
        ("Ann@Acme.test", IdentifierType.EMAIL_ADDRESS, " ann@ACME.test"),
        ("*@Acme.test", IdentifierType.EMAIL_ADDRESS, "@acme.test"),
        ("+1 415 555 0199", IdentifierType.PHONE_NUMBER, "+14155550199"),
        (WALLET, IdentifierType.WEB3_WALLET, WALLET.lower()),
    ],
)
@pytest.mark.parametrize("put", [allow, block])
async def test_an_identifier_stands_in_a_list_once_however_it_is_written(
    world, put, identifier, kind, again
):
    made = await put(world, identifier)
    assert (made.identifier, made.identifier_type) == (identifier, kind)
    with pytest.raises(ListedIdentifierExists):
        await put(world, again)
    assert len(await world.events("listedIdentifier.created")) == 1


async def test_both_lists_may_name_one(world):
    await allow(world, "ann@acme.test")
    await block(world, "ann@acme.test")
    for name in ListName:
        found = await world.call(None, operations.search, list_name=name, search=Search())
        assert [each.list_name for each in found.items] == [name]


async def test_of_many_at_once_one_is_listed(world):
    results = await all_at_once(*(block(world, "ann@acme.test") for _ in range(6)))
    assert sum(isinstance(result, ListedIdentifierExists) for result in results) == 5


@pytest.mark.parametrize("put", [allow, block])
@pytest.mark.parametrize(
    "identifier", ["", "ann", "@", "*@", "*@no domain", "a*@acme.test@", "+1", "4155550199", "0x12"]
)
async def test_what_is_no_identifier_is_refused(world, put, identifier):
    with pytest.raises(IdentifierInvalid):
        await put(world, identifier)


@pytest.mark.security("G1")
async def test_an_identifier_is_taken_off_its_own_list_alone(world, other_world):
    made = await allow(world, "ann@acme.test")
    with pytest.raises(ListedIdentifierNotFound):
        await delete(other_world, made)
    with pytest.raises(ListedIdentifierNotFound):
        await world.call(None, operations.delete, list_name=ListName.BLOCK, identifier_id=made.id)
    await delete(world, made)
    with pytest.raises(ListedIdentifierNotFound):
        await delete(world, made)
    assert len(await world.events("listedIdentifier.deleted")) == 1


async def test_an_address_is_told_by_an_invitation_which_ends_with_its_place(world):
    made = await allow(world, "ann@acme.test", notify=True)
    (letter,) = await sent(world, "ann@acme.test")
    assert letter.kind == "invitation"
    found = await world.call(None, invitations.search, search=Search())
    assert [each.id for each in found.items] == [made.invitation_id]
    await delete(world, made)
    found = await world.call(
        None, invitations.search, search=Search(), status=[InvitationStatus.REVOKED]
    )
    assert [each.id for each in found.items] == [made.invitation_id]
    assert len(await world.events("invitation.revoked")) == 1


async def test_a_number_is_told_by_text_message(world):
    made = await allow(world, "+1 415 555 0199", notify=True)
    assert made.invitation_id is None
    (message,) = await sent(world, "+14155550199")
    assert message.kind == "sms_invitation"
    assert message.links == (world.platform.addresses.app_url,)
    assert world.platform.addresses.app_url in message.text


async def test_nobody_is_told_where_it_is_not_wanted_or_cannot_be(world):
    for identifier, notify in (
        ("ann@acme.test", None),
        ("ben@acme.test", False),
        (WALLET, True),
        ("*@acme.test", True),
    ):
        made = await allow(world, identifier, notify=notify)
        assert made.invitation_id is None
    assert await sent(world) == []


async def test_who_cannot_be_invited_is_not_listed_with_notice(world):
    await world.user("ann")
    with pytest.raises(EmailAddressTaken):
        await allow(world, "ann@example.com", notify=True)
    new = NewInvitation("ben@example.com")
    await world.call(None, invitations.create, invitation=new)
    with pytest.raises(InvitationExists):
        await allow(world, "ben@example.com", notify=True)
    found = await world.call(None, operations.search, list_name=ListName.ALLOW, search=Search())
    assert found.items == ()
