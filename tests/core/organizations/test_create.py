"""Making organizations."""


async def test_the_creator_becomes_a_member_in_the_creators_role(world):
    acme = await world.organization("Acme", owner="ann", public_metadata={"size": 3})
    assert (acme.name, acme.slug, acme.public_metadata) == ("Acme", "acme", {"size": 3})
    rows = await world.sql("SELECT * FROM memberships WHERE organization_id = $1", acme.id)
    assert [row["user_id"] for row in rows] == [world.people["ann"]]
    events = [event["name"] for event in await world.events()]
    assert events[-2:] == ["organization.created", "organizationMembership.created"]
