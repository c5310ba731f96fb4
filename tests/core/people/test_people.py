"""People in the core: races, and what other doors make of who is disabled or gone."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import LastOwner, NewMembership
from charter.core.people import operations as people
from charter.core.people.model import (
    IdentityPatch,
    Person,
    PersonAddress,
    PersonPatch,
    PersonStatus,
    UserNameTaken,
)
from charter.core.users import operations as users
from charter.core.users import own, restrictions
from charter.core.users.model import UserNotFound
from charter.kernel.errors import InvalidInput, NotPermitted, VersionConflict
from charter.kernel.lists import Search
from charter.kernel.operation import run
from tests.waiting import after_open
from tests.world import all_at_once


async def update(world, who, name="ann", **fields):
    return await world.call(who, people.update, user_id=name, patch=PersonPatch(**fields))


async def test_a_person_is_made_with_all_that_is_known(world):
    patch = PersonPatch(
        user_name="Bea",
        identity=IdentityPatch(first_name="Bea", display_name="B", timezone="Europe/Paris"),
        email_addresses=[
            PersonAddress("b@example.com", type="home"),
            PersonAddress("c@example.com", is_primary=True),
        ],
        is_active=False,
    )
    made = await world.call(None, people.create, patch=patch)
    assert made == await world.call(None, people.get, user_id=made.id)
    assert (made.user_name, made.is_name_given, made.status) == ("Bea", True, PersonStatus.DISABLED)
    primary = {each.address: each.is_primary for each in made.email_addresses}
    assert primary == {"b@example.com": False, "c@example.com": True}
    assert made.email_types == {"b@example.com": "home"}
    (told,) = await world.events("user.created")
    assert told["subject_id"] == made.id


async def test_nothing_asked_for_changes_and_tells_nothing(world):
    await world.user("ann")
    before = await world.call(None, people.get, user_id="ann")
    assert await update(world, None) == before
    assert await world.events("user.updated") == []
    with pytest.raises(VersionConflict):
        await run(
            world.platform,
            world.server,
            people.update,
            expected_version="1",
            arguments={"user_id": before.id, "patch": PersonPatch()},
        )


@pytest.mark.security("G4")
async def test_people_are_kept_to_their_own_identity(world):
    await world.user("ann")
    await world.user("eve")
    mine = IdentityPatch(first_name="Ann")
    assert (await update(world, "ann", identity=mine)).first_name == "Ann"
    for fields in (
        {"status": PersonStatus.ACTIVE},
        {"is_active": True},
        {"user_name": "x"},
        {"password": "correct horse battery"},
        {"email_addresses": [PersonAddress("x@example.com")]},
        {"identity": IdentityPatch(external_id="x")},
    ):
        with pytest.raises(NotPermitted):
            await update(world, "ann", **fields)
    with pytest.raises(NotPermitted):
        await update(world, "eve", identity=mine)
    with pytest.raises(NotPermitted):
        await world.call("eve", people.erase, user_id="ann")


async def test_a_user_name_is_one_persons_however_it_was_given(world):
    await world.user("ann")
    await world.user("ben")
    await update(world, None, "ben", user_name="Ben")
    with pytest.raises(UserNameTaken):
        await world.call(None, people.create, patch=PersonPatch(user_name="BEN"))
    with pytest.raises(UserNameTaken):
        await update(world, None, "ben", user_name="ANN@example.com")
    # Whoever was named gives their address free to be a name.
    await update(world, None, "ann", user_name="ann")
    with pytest.raises(UserNameTaken):
        await update(world, None, "ben", user_name="Ann")
    assert (await update(world, None, "ben", user_name="ben")).user_name == "ben"


async def test_a_name_that_is_taken_at_this_moment_is_waited_for(world):
    await world.user("ann")
    await world.user("ben")
    taking = (
        "INSERT INTO user_profiles (instance_id, user_id, user_name, user_name_key)"
        " VALUES ($1, $2, 'dup', 'dup')"
    )
    other = (taking, world.instance_id, world.people["ben"])
    with pytest.raises(UserNameTaken):
        await after_open(world, update(world, None, user_name="Dup"), other)


async def test_a_ban_by_hand_is_no_deprovisioning_and_outlasts_the_directory(world):
    await world.user("ann")
    assert (await update(world, None, is_active=False)).status is PersonStatus.DISABLED
    await world.call(None, restrictions.ban, user_id="ann")
    assert (await update(world, None, is_active=True)).status is PersonStatus.ACTIVE
    await world.call(None, restrictions.ban, user_id="ann")
    for is_active in (False, True):
        assert (await update(world, None, is_active=is_active)).status is PersonStatus.SUSPENDED
    await world.call(None, restrictions.unban, user_id="ann")
    assert (await world.call(None, people.get, user_id="ann")).status is PersonStatus.ACTIVE
    await update(world, None, is_active=False)
    for operation, status in (
        (restrictions.unban, PersonStatus.ACTIVE),
        (restrictions.ban, PersonStatus.SUSPENDED),
    ):
        await world.call(None, operation, user_id="ann")
        assert (await world.call(None, people.get, user_id="ann")).status is status


async def test_two_owners_erased_at_once_leave_one(world):
    for number in range(3):
        pair = [f"a{number}", f"b{number}"]
        await world.organization(f"Acme {number}", owner=pair)
        results = await all_at_once(
            *(world.call(None, people.erase, user_id=each) for each in pair)
        )
        assert sum(isinstance(each, Person) for each in results) == 1
        assert sum(isinstance(each, LastOwner) for each in results) == 1


async def test_an_owner_erased_while_another_leaves_stays(world):
    for number in range(3):
        pair = [f"a{number}", f"b{number}"]
        acme = await world.organization(f"Acme {number}", owner=pair)
        await all_at_once(
            world.call(None, people.erase, user_id=pair[0]),
            world.call(None, memberships.remove, organization_id=acme.id, user_id=pair[1]),
        )
        left = await world.sql(
            "SELECT 1 FROM memberships WHERE instance_id = $1 AND organization_id = $2",
            world.instance_id,
            acme.id,
        )
        assert len(left) == 1


async def test_who_becomes_the_only_owner_while_being_erased_is_not(world):
    acme = await world.organization(owner="ann")
    await world.user("ben")
    new = NewMembership(user_id=world.people["ben"], role="org:admin")
    await world.call(None, memberships.create, organization_id=acme.id, membership=new)
    going = (
        "DELETE FROM memberships WHERE instance_id = $1 AND user_id = $2",
        world.instance_id,
        world.people["ann"],
    )
    locking = (
        "SELECT id FROM organizations WHERE instance_id = $1 AND id = $2 FOR UPDATE",
        world.instance_id,
        acme.id,
    )
    with pytest.raises(LastOwner):
        await after_open(world, world.call(None, people.erase, user_id="ben"), locking, going)


@pytest.mark.parametrize("operation", [people.erase, users.delete])
async def test_whoever_deletes_a_person_leaves_the_bare_id(world, operation):
    ann = await world.user("ann")
    await update(world, None, user_name="ann", identity=IdentityPatch(display_name="Ann L."))
    await world.call(None, operation, user_id="ann")
    gone = await world.call(None, people.get, user_id=ann.id)
    assert (gone.id, gone.status, gone.email_addresses) == (ann.id, PersonStatus.DELETED, ())
    rows = await world.sql("SELECT * FROM user_profiles WHERE user_id = $1", ann.id)
    assert rows == []
    with pytest.raises(UserNotFound):
        await world.call(None, people.get_living, user_id=ann.id)
    assert (await world.call(None, people.search, search=Search())).items == ()


async def test_who_deletes_themselves_leaves_the_bare_id_too(world):
    ann = await world.user("ann")
    await world.call("ann", own.delete)
    gone = await world.call(None, people.get, user_id=ann.id)
    assert gone.status is PersonStatus.DELETED


@pytest.mark.security("G1")
async def test_another_instance_knows_neither_the_living_nor_the_gone(world, other_world):
    ann, ben = await world.user("ann"), await world.user("ben")
    await world.call(None, users.delete, user_id="ben")
    for user_id in (ann.id, ben.id):
        for operation in (people.get, people.get_living, people.erase):
            with pytest.raises(UserNotFound):
                await other_world.call(None, operation, user_id=user_id)


@pytest.mark.parametrize(
    "fields",
    [
        {"identity": IdentityPatch(locale="not a tag")},
        {"identity": IdentityPatch(preferred_language="en;q=7")},
        {"identity": IdentityPatch(timezone="../etc/passwd")},
        {"identity": IdentityPatch(avatar_url="https://u:p@x.example/a")},
        {"identity": IdentityPatch(avatar_url="https://x.example/" + "a" * 2048)},
        {"identity": IdentityPatch(display_name="a\x00b")},
        {"identity": IdentityPatch(display_name="\ud800")},
        {"user_name": "x" * 256},
        {"status": PersonStatus.DELETED},
        {"email_addresses": [PersonAddress(f"a{n}@example.com") for n in range(101)]},
    ],
)
async def test_what_cannot_be_kept_is_refused(world, fields):
    await world.user("ann")
    before = await world.call(None, people.get, user_id="ann")
    with pytest.raises(InvalidInput):
        await update(world, None, **fields)
    assert await world.call(None, people.get, user_id="ann") == before
