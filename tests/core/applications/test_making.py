"""Organizations make applications of their own: instances with people, keys and settings."""

import pytest

from charter.core.applications import operations as applications
from charter.core.applications.model import (
    MOST_APPLICATIONS,
    ApplicationLimitReached,
    ApplicationMade,
    ApplicationPatch,
)
from charter.core.instances import operations as instances
from charter.core.instances.model import Environment
from charter.core.keys.lookup import lookup
from charter.core.organizations.model import OrganizationNotFound
from charter.core.passwords.errors import PasswordTooShort
from charter.core.users import operations as users
from charter.core.users.model import NewUser
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import (
    InvalidInput,
    MissingInput,
    NotFound,
    NotPermitted,
    Unauthenticated,
    UnknownInput,
    VersionConflict,
)
from charter.kernel.ids import new_id
from charter.kernel.lists import Search
from charter.kernel.operation import run
from tests.applying import applied, inside
from tests.waiting import after_open
from tests.world import all_at_once, new_world


async def listed(world, acme, who=None):
    found = await world.call(
        who, applications.search, organization_id=acme.id, search=Search(limit=100)
    )
    return [each.id for each in found.items]


async def test_an_application_is_an_instance_with_keys_roles_and_a_host_of_its_own(world, app):
    acme = await world.organization(owner="ann")
    made = await applied(world, acme, "ann")
    own = await world.call(None, instances.get)
    there = inside(world, app, made)
    instance = await there.call(None, instances.get)
    assert instance.id == made.application.id != own.id
    assert instance.environment is own.environment
    assert instance.frontend_host != own.frontend_host
    assert (await lookup(world.platform).actor_of(made.secret_key)).instance_id == instance.id
    assert (await there.organization(owner="ben")).name == "Acme"
    assert await listed(world, acme, "ann") == [instance.id]


async def test_a_production_instance_makes_production_applications(platform, app):
    world = await new_world(platform, app, Environment.PRODUCTION)
    made = await applied(world, await world.organization(owner="ann"), "ann")
    assert made.application.environment is Environment.PRODUCTION
    assert made.secret_key.startswith("sk_live_")


async def test_acceptance_12_the_same_address_is_two_users_in_two_applications(world, app):
    acme = await world.organization(owner="ann")
    first, second = [
        inside(world, app, await applied(world, acme, "ann", name)) for name in ("One", "Two")
    ]
    ids = {(await each.user("eve")).id for each in (world, first, second)}
    assert len(ids) == 3
    found = await first.call(None, users.search, search=Search())
    assert [each.id for each in found.items] == [first.people["eve"]]


async def test_both_streams_tell_of_it_and_the_new_one_says_who_made_it(world, app):
    acme = await world.organization(owner="ann")
    made = await applied(world, acme, "ann")
    (told,) = await world.events("application.created")
    assert told["subject_id"] == made.application.id
    assert told["organization_id"] == acme.id
    assert made.secret_key not in str(dict(told))
    (there,) = await inside(world, app, made).events("instance.created")
    assert there["actor"]["kind"] == "steward"
    assert there["actor"]["home_user_id"] == world.people["ann"]
    assert there["actor"]["home_instance_id"] == world.instance_id
    assert await world.events("instance.created") != []
    assert [e["subject_id"] for e in await world.events("instance.created")] == [world.instance_id]


@pytest.mark.parametrize(
    ("name", "error"),
    [("", MissingInput), ("  ", MissingInput), ("x" * 201, InvalidInput), ("a\x00b", InvalidInput)],
)
async def test_a_name_has_a_form(world, name, error):
    acme = await world.organization(owner="ann")
    with pytest.raises(error):
        await applied(world, acme, "ann", name)
    assert await listed(world, acme) == []


@pytest.mark.security("G4")
async def test_members_see_applications_and_strangers_see_nothing(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben")
    await world.user("eve")
    made = await applied(world, acme, "ann")
    application_id = made.application.id
    assert await listed(world, acme, "ben") == [application_id]
    seen = await world.call("ben", applications.get, application_id=application_id)
    assert seen == made.application
    patch = ApplicationPatch(name="Mine")
    for who, error, own in (
        ("ben", NotPermitted, NotPermitted),
        ("eve", NotFound, NotFound),
    ):
        with pytest.raises(error):
            await applied(world, acme, who)
        with pytest.raises(own):
            await world.call(who, applications.update, application_id=application_id, patch=patch)
        with pytest.raises(own):
            await world.call(who, applications.delete, application_id=application_id)
    with pytest.raises(NotFound):
        await world.call("eve", applications.get, application_id=application_id)
    with pytest.raises(NotFound):
        await listed(world, acme, "eve")


@pytest.mark.security("G1")
async def test_another_instance_finds_neither_the_owner_nor_the_application(world, other_world):
    acme = await world.organization(owner="ann")
    made = await applied(world, acme)
    await other_world.organization(owner="rival")
    for who in (None, "rival"):
        named = {"application_id": made.application.id}
        for operation, more in (
            (applications.get, {}),
            (applications.update, {"patch": ApplicationPatch(name="Mine")}),
            (applications.delete, {}),
        ):
            with pytest.raises(NotFound):
                await other_world.call(who, operation, **named, **more)
        with pytest.raises((NotFound, OrganizationNotFound)):
            await applied(other_world, acme, who)


async def test_what_the_operator_made_belongs_to_nobody(world, other_world):
    await world.organization(owner="ann")
    for who in (None, "ann"):
        with pytest.raises(NotFound):
            await world.call(who, applications.get, application_id=other_world.instance_id)
        with pytest.raises(NotFound):
            await world.call(who, applications.get, application_id=new_id("ins_"))


async def test_an_owner_who_loses_the_organization_meanwhile_makes_nothing(world):
    acme = await world.organization(owner=["ann", "ben"])
    going = (
        "DELETE FROM memberships WHERE instance_id = $1 AND user_id = $2",
        world.instance_id,
        world.people["ben"],
    )
    locking = (
        "SELECT id FROM organizations WHERE instance_id = $1 AND id = $2 FOR UPDATE",
        world.instance_id,
        acme.id,
    )
    with pytest.raises(NotFound):
        await after_open(world, applied(world, acme, "ben"), locking, going)
    assert await listed(world, acme) == []


async def test_an_organization_has_a_bounded_number(world, monkeypatch):
    acme = await world.organization(owner="ann")
    monkeypatch.setattr("charter.core.applications.operations.MOST_APPLICATIONS", 2)
    results = await all_at_once(*(applied(world, acme, "ann", f"Shop {n}") for n in range(4)))
    assert sum(isinstance(each, ApplicationMade) for each in results) == 2
    assert sum(isinstance(each, ApplicationLimitReached) for each in results) == 2
    assert MOST_APPLICATIONS == 100


async def test_settings_take_effect_in_the_application_alone(world, app):
    acme = await world.organization(owner="ann")
    made = await applied(world, acme, "ann")
    patch = ApplicationPatch(
        name="Store",
        settings={"password_minimum_length": 20, "branding": {"support_email": "a@b.co"}},
    )
    after = await world.call(
        "ann", applications.update, application_id=made.application.id, patch=patch
    )
    assert (after.name, after.settings.password_minimum_length) == ("Store", 20)
    there = inside(world, app, made)
    new = NewUser(email_addresses=["eve@example.com"], password="correct horse")
    with pytest.raises(PasswordTooShort):
        await there.call(None, users.create, new=new)
    await world.call(None, users.create, new=new)
    (told,) = await there.events("instance.updated")
    assert told["actor"]["home_user_id"] == world.people["ann"]
    (told,) = await world.events("application.updated")
    assert (told["before"]["name"], told["after"]["name"]) == ("Shop", "Store")
    back = ApplicationPatch(settings={"password_minimum_length": None})
    after = await world.call(
        "ann", applications.update, application_id=made.application.id, patch=back
    )
    assert after.settings.password_minimum_length == 8
    assert after.settings.branding.support_email == "a@b.co"


@pytest.mark.parametrize(
    ("changes", "error", "parameter"),
    [
        ({"max_metadata_bytes": 1024}, UnknownInput, "settings.max_metadata_bytes"),
        ({"messages": {"sender_name": "ceo"}}, UnknownInput, "settings.messages"),
        ({"nothing": 1}, UnknownInput, "settings.nothing"),
        ({"branding": {"nothing": 1}}, UnknownInput, "settings.branding.nothing"),
        ({"password_minimum_length": 1}, InvalidInput, "settings.password_minimum_length"),
        ({"password_minimum_length": "x"}, InvalidInput, "settings.password_minimum_length"),
    ],
)
async def test_what_is_not_the_owners_to_set_is_refused_by_name(world, changes, error, parameter):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    with pytest.raises(error) as refused:
        await world.call(
            "ann",
            applications.update,
            application_id=made.application.id,
            patch=ApplicationPatch(name="Half", settings=changes),
        )
    assert refused.value.parameter == parameter
    seen = await world.call("ann", applications.get, application_id=made.application.id)
    assert seen == made.application


async def test_an_empty_patch_changes_and_tells_nothing(world):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    after = await world.call(
        "ann", applications.update, application_id=made.application.id, patch=ApplicationPatch()
    )
    assert after == made.application
    assert await world.events("application.updated") == []


async def test_another_version_is_refused(world):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    for operation, more in (
        (applications.update, {"patch": ApplicationPatch(name="Store")}),
        (applications.delete, {}),
    ):
        with pytest.raises(VersionConflict):
            await run(
                world.platform,
                world.acting("ann"),
                operation,
                expected_version="1",
                arguments={"application_id": made.application.id, **more},
            )


async def test_an_applications_own_server_reads_and_sets_it_and_cannot_end_it(world, app):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    there = inside(world, app, made)
    named = {"application_id": made.application.id}
    assert await there.call(None, applications.get, **named) == made.application
    patch = ApplicationPatch(name="Store", settings={"lockout_attempts": 5})
    after = await there.call(None, applications.update, **named, patch=patch)
    assert (after.name, after.settings.lockout_attempts) == ("Store", 5)
    await there.user("eve")
    for who, error in (
        ("eve", NotPermitted),
        (Actor(ActorKind.ANONYMOUS, there.instance_id), Unauthenticated),
    ):
        with pytest.raises(error):
            await there.call(who, applications.update, **named, patch=patch)
    with pytest.raises(NotFound):
        await there.call(None, applications.delete, **named)
