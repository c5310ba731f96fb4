"""What people do with their own user."""

import pytest

from charter.core.images import ImageNotSupported
from charter.core.instances.enabled import FieldNotEnabled
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionNotFound
from charter.core.users import operations as users
from charter.core.users import own
from charter.core.users.model import (
    ImageMissing,
    MetadataPatch,
    UsernameTaken,
    UserNotFound,
)
from charter.core.users.own import OwnPatch, SelfDeletionNotAllowed
from charter.core.verification import IdentifierNotVerified, LastIdentifier
from charter.kernel.errors import MissingInput, TooLarge
from tests.cast import PICTURE
from tests.sent import sent
from tests.world import all_at_once


def update(world, who="ann", **patch):
    return world.call(who, own.update, patch=OwnPatch(**patch))


async def test_names_are_changed_and_cleared(world):
    await world.user("ann", first_name="Ann", last_name="Smith")
    user = await update(world, first_name="Anna", last_name=None)
    assert (user.first_name, user.last_name) == ("Anna", None)
    assert len(await world.events("user.updated")) == 1


@pytest.mark.security("G3")
@pytest.mark.security("J4")
def test_nobody_sets_of_themselves_what_is_the_app_s():
    assert set(OwnPatch.__dataclass_fields__) == {
        "username",
        "first_name",
        "last_name",
        "primary_email_address_id",
        "primary_phone_number_id",
        "primary_web3_wallet_id",
        "unsafe_metadata",
    }


@pytest.mark.security("J4")
async def test_an_address_that_is_not_proven_does_not_become_primary(world):
    user = await world.user("ann")
    row = await world.post(
        "/email_addresses", {"user_id": user.id, "email_address": "new@example.com"}
    )
    with pytest.raises(IdentifierNotVerified):
        await update(world, primary_email_address_id=row.json()["id"])


async def test_a_username_is_chosen_only_where_usernames_are_in_use(world):
    await world.user("ann")
    with pytest.raises(FieldNotEnabled):
        await update(world, username="annie")
    await world.configure(attributes={"username": {"is_enabled": True}})
    assert (await update(world, username="annie")).username == "annie"


async def test_of_two_people_who_choose_one_username_at_once_one_gets_it(world):
    await world.configure(attributes={"username": {"is_enabled": True}})
    people = ("ann", "ben")
    for who in people:
        await world.user(who)
    results = await all_at_once(*(update(world, who, username="first") for who in people))
    assert sum(isinstance(each, UsernameTaken) for each in results) == 1


async def test_a_name_that_is_asked_for_cannot_be_cleared(world):
    await world.configure(attributes={"first_name": {"is_required": True}})
    await world.user("ann", first_name="Ann")
    with pytest.raises(MissingInput):
        await update(world, first_name=None)


async def test_the_last_thing_that_signs_a_person_in_stays(world):
    await world.configure(attributes={"username": {"is_enabled": True}})
    await world.user("ann", email=None, username="annie")
    with pytest.raises(LastIdentifier):
        await update(world, username=None)


async def test_metadata_is_merged_and_the_app_s_own_stays(world):
    await world.user("ann", unsafe_metadata={"a": 1, "b": {"c": 2}}, public_metadata={"x": 1})
    user = await world.call("ann", own.merge_metadata, unsafe_metadata={"a": None, "b": {"d": 3}})
    assert user.unsafe_metadata == {"b": {"c": 2, "d": 3}}
    assert user.public_metadata == {"x": 1}
    with pytest.raises(TooLarge):
        await world.call("ann", own.merge_metadata, unsafe_metadata={"a": "x" * 600_000})


async def test_metadata_given_whole_replaces_what_there_was(world):
    await world.user("ann", unsafe_metadata={"a": 1})
    assert (await update(world, unsafe_metadata={"b": 2})).unsafe_metadata == {"b": 2}


async def test_two_merges_at_once_both_count(world):
    await world.user("ann")
    await all_at_once(
        *(world.call("ann", own.merge_metadata, unsafe_metadata={key: 1}) for key in "ab")
    )
    assert (await world.call("ann", own.get)).unsafe_metadata == {"a": 1, "b": 1}


@pytest.mark.security("J7")
async def test_who_deletes_themselves_is_gone_with_their_sessions_and_is_told(world):
    session = await world.session("ann")
    acme = await world.organization(owner="ben")
    await world.member(acme, "ann")
    await world.call("ann", own.delete)
    with pytest.raises(UserNotFound):
        await world.call(None, users.get, user_id="ann")
    with pytest.raises(SessionNotFound):
        await world.call(None, sessions.get, session_id=session.id)
    names = {each["name"] for each in await world.events()}
    assert {"session.revoked", "organizationMembership.deleted", "user.deleted"} <= names
    assert (await sent(world, "ann@example.com"))[-1].subject == "Your account was deleted"


async def test_who_may_not_delete_themselves_stays(world):
    await world.user("ann", can_delete_self=False)
    with pytest.raises(SelfDeletionNotAllowed):
        await world.call("ann", own.delete)
    assert (await world.call("ann", own.get)).id == world.people["ann"]


@pytest.mark.security("K3")
async def test_a_picture_is_written_anew_and_taken_away(world):
    await world.user("ann")
    user = await world.call("ann", own.set_profile_image, file=PICTURE)
    kept = await world.platform.blobs.get(user.image_key)
    assert kept is not None
    assert kept.data != PICTURE
    user = await world.call("ann", own.delete_profile_image)
    assert user.image_key is None
    with pytest.raises(ImageMissing):
        await world.call("ann", own.delete_profile_image)
    with pytest.raises(ImageNotSupported):
        await world.call("ann", own.set_profile_image, file=b"<svg/>" * 10)


async def test_what_the_app_keeps_of_a_person_is_not_touched_by_them(world):
    await world.user("ann")
    patch = MetadataPatch(private_metadata={"plan": "free"})
    await world.call(None, users.merge_metadata, user_id="ann", patch=patch)
    user = await update(world, first_name="Anna", unsafe_metadata={"private_metadata": {}})
    assert user.private_metadata == {"plan": "free"}
