"""The numbers of what is in a cast, for doors whose ids are integers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """The numbers of the first organization and of the user that things are done to."""

    async def number(table: str, row_id: str) -> str:
        query = f"SELECT number FROM {table} WHERE instance_id = $1 AND id = $2"
        (row,) = await cast.world.sql(query, cast.world.instance_id, row_id)
        return str(row["number"])

    cast.numbers["organization_number"] = await number("organizations", cast["organization"])
    cast.numbers["user_number"] = await number("users", cast["user"])
    twin = await number("organizations", cast.twin["organization"])
    cast.facts["twin_numbers"] = {"organization_number": twin}
