"""What session tokens say of plans and the features that they give."""

from clerk_backend_api.security import authenticaterequest

from charter.core.permissions import operations as permissions
from charter.core.plans import operations as plans
from charter.core.plans.model import PayerType
from charter.core.roles import operations as roles
from charter.core.sessions.claims import COOKIE_BYTES
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.operations import NewSubscription
from tests.core.sessions.reading import claims_of
from tests.paying import current_of, make_plan, pass_time, pay, subscribe


async def make_features(world, *slugs):
    for slug in slugs:
        await world.call(None, plans.create_feature, slug=slug, name=slug.title())


async def claims(world, name="ann", organization=None):
    return claims_of(await world.token(name, organization))


async def give(world, plan, organization):
    new = NewSubscription(price_id=plan.price.id)
    one = {"organization_id": organization.id}
    await world.call(None, subscriptions.subscribe, new=new, **one)


async def test_without_plans_a_token_names_none(world):
    made = await claims(world)
    assert made.keys().isdisjoint({"pla", "fea"})


async def test_who_never_dealt_with_billing_has_the_free_plan(world):
    await make_plan(world)
    assert (await claims(world))["pla"] == "u:free_user"


async def test_a_plan_and_its_features_stand_in_the_next_token(world):
    await make_features(world, "exports", "audit")
    plan = await make_plan(world, features=["exports", "audit"])
    await subscribe(world, plan)
    made = await claims(world)
    assert (made["pla"], made["fea"]) == ("u:pro", "u:audit,u:exports")
    item = await current_of(world)
    one = {"subscription_item_id": item.id, "end_now": True}
    await world.call(None, subscriptions.cancel, **one)
    made = await claims(world)
    assert (made["pla"], "fea" in made) == ("u:free_user", False)


async def test_a_canceled_plan_is_there_until_its_period_ends(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    await world.call(None, subscriptions.cancel, subscription_item_id=item.id)
    assert (await claims(world))["pla"] == "u:pro"
    await pass_time(world, days=32)
    assert (await claims(world))["pla"] == "u:free_user"


async def test_in_an_organization_its_plan_comes_first(world):
    await make_features(world, "exports", "audit", "both")
    ours = await make_plan(world, features=["exports", "both"])
    team = await make_plan(
        world, "team", payer_type=PayerType.ORGANIZATION, features=["audit", "both"]
    )
    acme = await world.organization()
    await subscribe(world, ours)
    await give(world, team, acme)
    made = await claims(world, organization=acme)
    assert made["pla"] == "o:team,u:pro"
    assert made["fea"] == "o:audit,ou:both,u:exports"
    assert "fpm" not in made["o"]
    other = await world.organization("Globex")
    assert (await claims(world, organization=other))["pla"] == "o:free_org,u:pro"


async def test_the_official_reader_still_finds_the_permissions(world):
    await make_features(world, "audit", "exports")
    ours = await make_plan(world, features=["exports"])
    team = await make_plan(world, "team", payer_type=PayerType.ORGANIZATION, features=["audit"])
    acme = await world.organization()
    (role,) = await world.sql(
        "SELECT id FROM roles WHERE instance_id = $1 AND key = 'org:admin'", world.instance_id
    )
    for key in ("org:bills:read", "org:bills:pay", "org:audit:read"):
        made = await world.call(None, permissions.create, name=key, key=key)
        await world.call(None, roles.assign_permission, role_id=role["id"], permission_id=made.id)
    await subscribe(world, ours)
    await give(world, team, acme)
    made = await claims(world, organization=acme)
    assert made["fea"] == "o:audit,o:bills,u:exports"
    found = authenticaterequest._compute_org_permissions(made)
    assert sorted(found) == ["org:audit:read", "org:bills:pay", "org:bills:read"]


async def test_a_browser_that_reads_its_client_sees_the_plan_too(world):
    await make_plan(world)
    browser = world.browser()
    await browser.sign_in("ann")
    state = await browser.state()
    (session,) = state["sessions"]
    assert claims_of(session["last_active_token"]["jwt"])["pla"] == "u:free_user"


async def test_the_longest_plans_fit_into_a_cookie(world):
    slugs = [f"feature{number:02}" + "x" * 51 for number in range(10)]
    await make_features(world, *slugs)
    ours = await make_plan(world, features=slugs[:5] + slugs[5:9])
    team = await make_plan(world, "team", payer_type=PayerType.ORGANIZATION, features=slugs[:9])
    acme = await world.organization()
    await subscribe(world, ours)
    await give(world, team, acme)
    token = await world.token("ann", acme)
    assert len(token) + 256 < COOKIE_BYTES
