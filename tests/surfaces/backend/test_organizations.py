"""Organizations on the wire of the Backend API."""


async def test_create_answers_the_organization(world):
    acme = await world.organization(owner="ann")
    answer = await world.post(
        "/organizations", {"name": "Brick", "created_by": acme.created_by, "slug": "brick-1"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["slug"] == "brick-1"
    assert answer.json()["created_by"] == acme.created_by


async def test_create_refuses_a_taken_slug(world):
    await world.organization("Acme")
    answer = await world.post("/organizations", {"name": "Other", "slug": "acme"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "form_identifier_exists"
    assert answer.json()["errors"][0]["meta"] == {"param_name": "slug"}
