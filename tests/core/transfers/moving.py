"""Exports an instance into memory, and imports it as the command does."""

from dataclasses import dataclass, field

import msgspec

from charter.core.transfers import operations
from charter.core.transfers.model import Person, Rejection
from charter.core.transfers.reading import whole
from charter.migrate import expected

PICTURES = ("users/", "organizations/", "oauth_applications/")


@dataclass
class Kept:
    """Rejected records, kept in memory."""

    rejections: list[Rejection] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=lambda: {0: 0})

    def keep(self, at, rejections):
        self.rejections[self.ends[at] :] = rejections
        end = at + len(b"".join(each.line() for each in rejections))
        self.ends[end] = len(self.rejections)
        return end

    def reasons(self):
        return [(each.record, each.of, each.code) for each in self.rejections]


async def exported(world) -> list[bytes]:
    """The lines of an export."""
    lines: list[bytes] = []
    await world.call(None, operations.export, schema=expected(), sink=lines.append)
    return lines


async def imported(world, lines, *, chunk: int = 100, rejects: Kept | None = None) -> Kept:
    """Take lines of an export over. Returns: what was rejected."""
    found = whole(lines)
    rejects = rejects or Kept()
    made = await world.call(None, operations.begin, source=found.sha256, header=found.header)
    records = lines[1:-1]
    for start in range(made.place, len(records), chunk):
        made = await world.call(
            None,
            operations.take_lines,
            import_id=made.id,
            place=start,
            lines=records[start : start + chunk],
            rejects=rejects,
        )
    await world.call(None, operations.finish, import_id=made.id, place=made.place)
    return rejects


async def taken(world, *records: dict[str, str], source: str = "0" * 64) -> Kept:
    """Make users of records of a CSV file. Returns: what was rejected."""
    rejects = Kept()
    made = await world.call(None, operations.begin, source=source)
    people = [Person(number, values) for number, values in enumerate(records, 1)]
    await world.call(
        None,
        operations.take_people,
        import_id=made.id,
        place=0,
        people_given=people,
        rejects=rejects,
    )
    return rejects


def rows_of(lines, table: str) -> list[dict]:
    """The rows of a table in an export."""
    read = [msgspec.json.decode(line) for line in lines]
    return [each["row"] for each in read if each.get("table") == table and "row" in each]


def without_place(lines) -> list[dict]:
    """All that an export says but for where and when: what two equal instances have alike."""
    read = [msgspec.json.decode(line) for line in lines]
    for each in read:
        for name in ("made_at", "instance"):
            each.get("header", {}).pop(name, None)
        each.get("trailer", {}).pop("sha256", None)
        # Each instance has its own copy of a picture, under a name of its own.
        for place in (each.get("row", {}), each.get("file", {})):
            for name in ("image_key", "key"):
                if str(place.get(name)).startswith(PICTURES):
                    place[name] = place[name].rpartition("/")[0]
    return sorted(read, key=msgspec.json.encode)
