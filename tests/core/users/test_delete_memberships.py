"""A user who is deleted leaves their organizations, and each of them hears of it."""

from charter.core.users import operations as users


async def test_each_organization_hears_that_a_deleted_member_is_gone(world):
    acme = await world.organization("Acme", owner="ann")
    globex = await world.organization("Globex", owner="ann")
    await world.member(acme, "ben")
    await world.member(globex, "ben")
    ben = world.people["ben"]
    await world.call(None, users.delete, user_id=ben)
    ended = await world.events("organizationMembership.deleted")
    assert {event["organization_id"] for event in ended} == {acme.id, globex.id}
    assert all(event["before"]["user_id"] == ben for event in ended)


async def test_the_event_of_a_deleted_member_tells_nothing_of_the_person(world):
    acme = await world.organization("Acme", owner="ann")
    await world.member(acme, "ben")
    await world.call(None, users.delete, user_id=world.people["ben"])
    (event,) = await world.events("organizationMembership.deleted")
    assert "ben@example.com" not in str(event["before"])
