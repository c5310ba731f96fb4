"""Logos of organizations."""

import io

import pytest
from PIL import Image

from charter.core.images import ImageBroken, ImageNotSupported, ImageTooLarge
from charter.core.later import HANDLERS
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import LogoNotFound, OrganizationNotFound
from charter.core.users.model import UserNotFound
from charter.worker import once


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, "PNG")
    return written.getvalue()


async def set_logo(world, acme_id, file, **fields):
    return await world.call(
        None, organizations.set_logo, organization_id=acme_id, file=file, **fields
    )


async def test_a_logo_is_kept_credited_and_taken_away_with_its_file(world):
    acme = await world.organization(owner="ann")
    first = await set_logo(world, acme.id, picture(), uploader_user_id=world.people["ann"])
    assert first.image_key.startswith(f"organizations/{acme.id}/")
    assert (await world.platform.blobs.get(first.image_key)).content_type == "image/jpeg"
    (event,) = await world.events("organization.logoUploaded")
    assert event["after"]["uploader_user_id"] == world.people["ann"]
    second = await set_logo(world, acme.id, picture())
    gone = await world.call(None, organizations.delete_logo, organization_id=acme.id)
    assert gone.image_key is None
    while await once(world.platform, HANDLERS):
        pass
    for key in (first.image_key, second.image_key):
        with pytest.raises(Exception, match="blob_not_found"):
            await world.platform.blobs.get(key)


async def test_what_is_no_picture_is_refused(world):
    acme = await world.organization(owner="ann")
    for file, error in (
        (b"<svg onload=alert(1)>", ImageNotSupported),
        (picture()[:30], ImageBroken),
        (b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024), ImageTooLarge),
    ):
        with pytest.raises(error):
            await set_logo(world, acme.id, file)


async def test_an_unknown_organization_or_uploader_is_refused_and_an_absent_logo_not_found(world):
    acme = await world.organization(owner="ann")
    with pytest.raises(OrganizationNotFound):
        await set_logo(world, "org_none", picture())
    with pytest.raises(UserNotFound):
        await set_logo(world, acme.id, picture(), uploader_user_id="user_none")
    with pytest.raises(LogoNotFound):
        await world.call(None, organizations.delete_logo, organization_id=acme.id)
