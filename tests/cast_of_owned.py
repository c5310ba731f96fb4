"""The application that the first organization of a cast owns."""

from typing import TYPE_CHECKING

from charter.core.applications import operations as applications

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Make an application of the first organization."""
    made = await cast.world.call(
        None, applications.create, organization_id=cast["organization"], name="Shop"
    )
    cast.ids["application"] = made.application.id
