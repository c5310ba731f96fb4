"""OAuth applications: where they may send people back to, and the secret that stands for them."""

from dataclasses import replace

import pytest

from charter.core.instances import configuring
from charter.core.later import HANDLERS
from charter.core.oauth_applications import operations as oauth_applications
from charter.core.oauth_applications.model import (
    ConsentScreenRequired,
    NewOauthApplication,
    OauthApplicationNotFound,
    OauthApplicationPatch,
    OauthApplicationPublic,
)
from charter.core.oauth_authorizations.model import OauthClientInvalid
from charter.core.users.model import UserNotFound
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from charter.outside.blobs import open_folder
from charter.worker import once
from tests.cast import PICTURE
from tests.consenting import CALLBACK, program
from tests.world import all_at_once


def one(made):
    return {"oauth_application_id": made.id}


async def update(world, made, **fields):
    patch = OauthApplicationPatch(**fields)
    return await world.call(None, oauth_applications.update, **one(made), patch=patch)


async def test_an_application_is_made_changed_found_and_deleted(world):
    made = await program(world, " Planner ", scopes=None)
    found = await world.call(None, oauth_applications.get, **one(made))
    assert (found.name, found.scopes, found.redirect_uris) == (
        "Planner",
        ("profile", "email"),
        (CALLBACK,),
    )
    assert found.is_consent_screen_enabled
    after = await update(world, made, name="Plans", callback_url="https://plans.test/in")
    assert (after.name, after.redirect_uris) == ("Plans", ("https://plans.test/in",))
    assert (await update(world, made, name=None, scopes=None)).name == "Plans"
    for query in ("pla", made.client_id):
        listed = await world.call(
            None, oauth_applications.search, search=Search(), name_query=query
        )
        assert [each.id for each in listed.items] == [made.id]
    await world.call(None, oauth_applications.delete, **one(made))
    with pytest.raises(OauthApplicationNotFound):
        await world.call(None, oauth_applications.get, **one(made))


async def test_an_application_that_names_no_scopes_may_ask_for_those_of_the_instance(world):
    changes = {"oauth_default_scopes": ["openid", "email"]}
    await world.call(None, configuring.configure, changes=changes)
    made = await program(world, scopes=None)
    found = await world.call(None, oauth_applications.get, **one(made))
    assert found.scopes == ("openid", "email")
    assert (await update(world, made, scopes="profile")).scopes == ("profile",)
    assert (await update(world, made, scopes=" ")).scopes == ("openid", "email")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"name": "x" * 257},
        {"name": "a\nb"},
        {"name": "a\u202eb"},
        {"name": "x", "scopes": "admin"},
        {"name": "x", "scopes": "x" * 1025},
        {"name": "x", "callback_url": "http://evil.test/"},
        {"name": "x", "redirect_uris": ["javascript://x"]},
        {"name": "x", "redirect_uris": [f"https://client.test/{n}" for n in range(51)]},
    ],
)
async def test_what_makes_no_application_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await world.call(None, oauth_applications.create, new=NewOauthApplication(**fields))


@pytest.mark.security("J8")
@pytest.mark.parametrize(
    "address",
    [
        "https://*.client.test/in",
        "https://client.*/in",
        "https://%2A.client.test/in",
        "https://client.test/in#",
        "https://client.test/a/../in",
        "https://CLIENT.test/in",
        "http://client.test/in",
        "https://ann@client.test/in",
    ],
)
async def test_an_address_that_could_be_read_in_two_ways_is_not_registered(world, address):
    new = NewOauthApplication(name="x", redirect_uris=["https://client.test/", address])
    with pytest.raises(InvalidInput):
        await world.call(None, oauth_applications.create, new=new)


async def test_one_that_becomes_public_has_no_secret_and_gets_one_when_it_is_so_no_more(world):
    made = await program(world)
    await update(world, made, is_public=True)
    with pytest.raises(OauthApplicationPublic):
        await world.call(None, oauth_applications.rotate_secret, **one(made))
    await update(world, made, is_public=False)
    with pytest.raises(OauthClientInvalid):
        await made.trade("any")
    rotated = await world.call(None, oauth_applications.rotate_secret, **one(made))
    assert rotated.secret.startswith("ocs_")
    assert rotated.secret != made.secret


async def test_one_that_registered_itself_always_asks(world):
    made = await program(world)
    await world.sql(
        "UPDATE oauth_applications SET is_dynamically_registered = true WHERE id = $1", made.id
    )
    with pytest.raises(ConsentScreenRequired):
        await update(world, made, is_consent_screen_enabled=False)


async def test_a_logo_replaces_the_one_before_and_is_credited(world):
    made, ann = await program(world), await world.user("ann")
    first = await world.call(None, oauth_applications.set_logo, **one(made), file=PICTURE)
    second = await world.call(
        None, oauth_applications.set_logo, **one(made), file=PICTURE, uploader_user_id=ann.id
    )
    assert first.image_key != second.image_key
    events = await world.events("oauthApplicationLogo.uploaded")
    assert [each["after"]["uploader_user_id"] for each in events] == [None, ann.id]
    with pytest.raises(UserNotFound):
        await world.call(
            None, oauth_applications.set_logo, **one(made), file=PICTURE, uploader_user_id="x"
        )


async def test_no_file_is_left_of_a_logo_that_is_not_shown(world, tmp_path):
    made, platform = await program(world), replace(world.platform, blobs=open_folder(tmp_path))

    async def files_after(operation, **more):
        await world.call(None, operation, **one(made), **more, platform=platform)
        while await once(platform, HANDLERS):
            pass
        return len(list(tmp_path.rglob("*.jpg")))

    with pytest.raises(UserNotFound):
        await files_after(oauth_applications.set_logo, file=PICTURE, uploader_user_id="x")
    for _ in range(2):
        assert await files_after(oauth_applications.set_logo, file=PICTURE) == 1
    assert await files_after(oauth_applications.delete) == 0


async def test_of_changes_at_once_none_undoes_another(world):
    made = await program(world)
    for turn in range(10):
        await all_at_once(
            update(world, made, name=f"New {turn}"),
            update(world, made, scopes="email" if turn % 2 else "profile"),
            update(world, made, is_pkce_required=bool(turn % 2)),
        )
        found = await world.call(None, oauth_applications.get, **one(made))
        wanted = (f"New {turn}", ("email",) if turn % 2 else ("profile",), bool(turn % 2))
        assert (found.name, found.scopes, found.is_pkce_required) == wanted


async def test_an_application_of_another_instance_is_unknown(world, other_world):
    made = await program(world)
    for operation, more in (
        (oauth_applications.get, {}),
        (oauth_applications.update, {"patch": OauthApplicationPatch(name="x")}),
        (oauth_applications.delete, {}),
        (oauth_applications.rotate_secret, {}),
        (oauth_applications.set_logo, {"file": PICTURE}),
    ):
        with pytest.raises(OauthApplicationNotFound):
            await other_world.call(None, operation, **one(made), **more)
    listed = await other_world.call(
        None, oauth_applications.search, search=Search(), name_query=made.client_id
    )
    assert listed.items == ()
