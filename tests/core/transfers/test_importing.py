"""An import goes on where it stopped, takes nothing twice, and says why a row is not there."""

import msgspec
import pytest

from charter.core.transfers import operations
from charter.core.transfers.model import (
    AlreadyImported,
    ImportElsewhere,
    ImportNotFound,
    InstanceNotEmpty,
    Person,
)
from charter.core.transfers.reading import MAX_LINE_BYTES, ExportBroken, lines_of, whole
from charter.kernel.errors import InvalidInput
from charter.kernel.ids import new_id
from tests.cast import PICTURE
from tests.core.transfers.moving import Kept, exported, imported, rows_of, taken
from tests.world import all_at_once, new_world


@pytest.fixture
async def lines(world):
    """A small export: two people, of whom one owns an organization."""
    await world.organization(owner="ann")
    await world.user("ben", password="correct horse battery", phone_numbers=["+12015550123"])
    return await exported(world)


async def begun(elsewhere, lines):
    found = whole(lines)
    return await elsewhere.call(None, operations.begin, source=found.sha256, header=found.header)


async def take(elsewhere, made, lines, rejects=None, place=0):
    return await elsewhere.call(
        None,
        operations.take_lines,
        import_id=made.id,
        place=place,
        lines=lines,
        rejects=rejects or Kept(),
    )


def line(table: str, **row) -> bytes:
    return msgspec.json.encode({"table": table, "row": row}) + b"\n"


def changed(lines, table: str, /, **values) -> bytes:
    """A row of the export as a line, with other values."""
    return line(table, **{**rows_of(lines, table)[0], **values})


async def test_an_import_goes_on_where_it_stopped(lines, elsewhere):
    made = await begun(elsewhere, lines)
    await take(elsewhere, made, lines[1:11])
    rejects = await imported(elsewhere, lines)
    assert rejects.rejections == []
    assert rows_of(await exported(elsewhere), "users") == rows_of(lines, "users")


async def test_the_same_lines_are_taken_once(lines, elsewhere):
    made = await begun(elsewhere, lines)
    results = await all_at_once(*(take(elsewhere, made, lines[1:-1]) for _ in range(3)))
    assert sum(isinstance(each, ImportElsewhere) for each in results) == 2
    again = await begun(elsewhere, lines)
    assert (again.place, again.rejected) == (len(lines) - 2, 0)


async def test_of_two_that_begin_at_once_one_import_is_made(lines, elsewhere):
    results = await all_at_once(*(begun(elsewhere, lines) for _ in range(3)))
    made = [each for each in results if not isinstance(each, BaseException)]
    assert len({each.id for each in made}) == 1
    rows = await elsewhere.sql(
        "SELECT 1 FROM imports WHERE instance_id = $1", elsewhere.instance_id
    )
    assert len(rows) == 1


async def test_a_file_is_not_imported_again_once_it_is_done(lines, elsewhere):
    await imported(elsewhere, lines)
    with pytest.raises(AlreadyImported):
        await begun(elsewhere, lines)
    [row] = await elsewhere.sql(
        "SELECT id, place FROM imports WHERE instance_id = $1", elsewhere.instance_id
    )
    for operation, more in (
        (operations.finish, {}),
        (operations.take_lines, {"lines": [], "rejects": Kept()}),
        (operations.take_people, {"people_given": [], "rejects": Kept()}),
    ):
        with pytest.raises(AlreadyImported):
            await elsewhere.call(None, operation, import_id=row["id"], place=row["place"], **more)


async def test_an_instance_that_is_in_use_takes_no_export(lines, elsewhere):
    await elsewhere.user("carla")
    with pytest.raises(InstanceNotEmpty) as refused:
        await begun(elsewhere, lines)
    assert "users" in refused.value.sentence()
    assert (await elsewhere.get("/users/count")).status_code == 200


async def test_an_import_of_another_instance_is_unknown(
    lines, elsewhere, other_platform, other_app
):
    made = await begun(elsewhere, lines)
    stranger = await new_world(other_platform, other_app)
    with pytest.raises(ImportNotFound):
        await take(stranger, made, lines[1:-1])
    with pytest.raises(ImportNotFound):
        await stranger.call(None, operations.finish, import_id=made.id, place=0)
    with pytest.raises(ImportNotFound):
        await stranger.call(
            None,
            operations.take_people,
            import_id=made.id,
            place=0,
            people_given=[Person(1, {"username": "carla"})],
            rejects=Kept(),
        )
    await stranger.close()


async def test_another_place_than_the_one_reached_is_not_taken(lines, elsewhere):
    made = await begun(elsewhere, lines)
    with pytest.raises(ImportElsewhere):
        await take(elsewhere, made, lines[6:-1], place=5)
    with pytest.raises(ImportElsewhere):
        await elsewhere.call(None, operations.finish, import_id=made.id, place=5)


async def test_what_is_rejected_is_written_once_although_a_run_was_lost(world, monkeypatch):
    """The process ends between the file and the commit: the next run writes the same again."""
    rejects = Kept()
    made = await world.call(None, operations.begin, source="2" * 64)
    bad = Person(1, {"primary_email_address": "no address"})

    class Dies(Kept):
        def keep(self, at, rejections):
            rejects.keep(at, rejections)
            raise KeyboardInterrupt

    arguments = {"import_id": made.id, "place": 0, "people_given": [bad]}
    with pytest.raises(KeyboardInterrupt):
        await world.call(None, operations.take_people, rejects=Dies(), **arguments)
    await world.call(None, operations.take_people, rejects=rejects, **arguments)
    assert rejects.reasons() == [(1, "user", "email_address_invalid")]


HOSTILE = [
    ("malformed", lambda lines: b"{]\n"),
    ("malformed", lambda lines: b'{"table":"users"}\n'),
    ("malformed", lambda lines: b'{"table":"users","row":{"id":"user_x"}}\n'),
    ("malformed", lambda lines: changed(lines, "users", is_banned="yes")),
    ("malformed", lambda lines: changed(lines, "users", colour="red")),
    ("malformed", lambda lines: changed(lines, "users", number=2**60)),
    ("malformed", lambda lines: changed(lines, "users", instance_id="ins_other")),
    ("malformed", lambda lines: changed(lines, "users", created_at="2026-01-01T00:00:00")),
    ("malformed", lambda lines: line("users", later=1)),
    ("malformed", lambda lines: b'{"table":"users","later":{"id":"x"}}\n'),
    ("malformed", lambda lines: b'{"table":"organizations","later":{"id":"org_no"}}\n'),
    ("unknown_table", lambda lines: line("sessions", id="sess_1")),
    ("unknown_table", lambda lines: line("pg_class", id="1")),
    ("unknown_table", lambda lines: b'{"trailer":null}\n'),
    ("duplicate", lambda lines: changed(lines, "users")),
    ("missing_reference", lambda lines: changed(lines, "memberships", id="x", user_id="user_no")),
    (
        "missing_reference",
        lambda lines: b'{"table":"organizations","later":{"id":"org_no","parent_id":null}}\n',
    ),
    (
        "not_allowed",
        lambda lines: changed(lines, "users", id="user_2", number=9, failed_attempts=-1),
    ),
    ("not_written", lambda lines: changed(lines, "users", id="user_\0", number=9)),
    (
        "not_allowed",
        lambda lines: changed(
            lines,
            "instances",
            settings={"sign_up": {"captcha_site_key": "\0"}},
        ),
    ),
    (
        "invalid_input",
        lambda lines: changed(
            lines,
            "instances",
            settings={"attributes": {"email_address": {"first_factors": ["totp"]}}},
        ),
    ),
    ("invalid_input", lambda lines: changed(lines, "instances", settings={"lockout_attempts": 0})),
    ("unknown_input", lambda lines: changed(lines, "instances", settings={"colour": "red"})),
    ("invalid_input", lambda lines: changed(lines, "instances", settings=[])),
    ("password_digest_invalid", lambda lines: changed(lines, "passwords", password_digest="x")),
    ("password_hasher_unknown", lambda lines: changed(lines, "passwords", hasher="rot13")),
    ("invalid_input", lambda lines: changed(lines, "email_addresses", address_key="x@x.org")),
    ("invalid_input", lambda lines: changed(lines, "phone_numbers", number="+1 201 555 0123")),
    ("invalid_input", lambda lines: changed(lines, "users", username="annarcher")),
    ("invalid_input", lambda lines: changed(lines, "organizations", country="XX")),
    ("invalid_input", lambda lines: changed(lines, "organizations", claimed_name="Acme")),
    ("invalid_input", lambda lines: changed(lines, "organizations", name="1", claimed_name="1")),
    ("email_address_invalid", lambda lines: changed(lines, "organizations", contact_address="x")),
    ("not_allowed", lambda lines: changed(lines, "users", id="u", image_key="../../etc/passwd")),
    ("not_allowed", lambda lines: b'{"file":{"key":"../x.png","data":""}}\n'),
    (
        "invalid_input",
        lambda lines: (
            msgspec.json.encode(
                {"file": {"key": f"users/user_1/{'a' * 32}.png", "data": b"<script>"}}
            )
            + b"\n"
        ),
    ),
    (
        "not_written",
        lambda lines: changed(lines, "signing_keys", id="k", state="next", sealed_private_pem=None),
    ),
]


@pytest.mark.parametrize(("code", "hostile"), HOSTILE)
async def test_a_line_that_cannot_be_is_rejected_and_the_rest_is_there(
    lines, elsewhere, code, hostile
):
    rejects = Kept()
    made = await begun(elsewhere, lines)
    made = await take(elsewhere, made, [*lines[1:-1], hostile(lines)], rejects)
    assert [(each.record, each.code) for each in rejects.rejections] == [(len(lines) - 1, code)]
    assert rejects.rejections[0].reason
    assert (made.written, made.rejected) == (len(lines) - 2, 1)
    assert rows_of(await exported(elsewhere), "users") == rows_of(lines, "users")


async def test_a_picture_of_a_kind_goes_along(lines, elsewhere):
    key = f"users/user_1/{'a' * 32}.png"
    file = msgspec.json.encode({"file": {"key": key, "data": PICTURE}}) + b"\n"
    rejects = Kept()
    await take(elsewhere, await begun(elsewhere, lines), [file], rejects)
    assert rejects.rejections == []


async def test_numbers_that_no_table_counts_to_are_refused(lines, elsewhere):
    found = whole(lines)
    found.header.numbers["users"] = 2**63
    with pytest.raises(InvalidInput):
        await elsewhere.call(None, operations.begin, source="3" * 64, header=found.header)


async def test_a_row_that_an_older_version_wrote_has_the_default_of_what_it_lacks(lines, elsewhere):
    row = rows_of(lines, "users")[0]
    for name in ("bypasses_client_trust", "public_metadata", "search_text", "locale"):
        del row[name]
    row |= {"id": new_id("user_"), "number": 2**40}
    rejects = Kept()
    await take(elsewhere, await begun(elsewhere, lines), [line("users", **row)], rejects)
    assert rejects.rejections == []
    [kept] = await elsewhere.sql("SELECT * FROM users WHERE id = $1", row["id"])
    assert kept["bypasses_client_trust"] is False
    assert kept["public_metadata"] == {}
    assert kept["search_text"] == ""


def test_an_export_that_is_not_whole_is_told_apart(lines_of_nobody):
    lines = lines_of_nobody
    for broken, words in (
        ([], "empty"),
        (lines[1:], "no export"),
        (lines[:-1], "ends too early"),
        ([*lines, lines[1]], "goes on after its end"),
        ([lines[0], *lines[2:]], "do not fit its trailer"),
        ([lines[0], lines[2], lines[1], *lines[3:]], "do not fit its trailer"),
        ([lines[0].replace(b'"version":1', b'"version":9'), *lines[1:]], "format 9"),
        ([b'{"header":{"format":"other"}}\n'], "no export"),
    ):
        with pytest.raises(ExportBroken, match=words):
            whole(broken)
    with pytest.raises(ExportBroken, match="last line is not whole"):
        whole(lines_of([b"".join(lines)[:-1]]))
    with pytest.raises(ExportBroken, match="longer"):
        list(lines_of([bytes(MAX_LINE_BYTES), b"x"]))
    assert whole(lines_of([b"".join(lines)])).records == len(lines) - 2


@pytest.fixture
async def lines_of_nobody(world):
    return await exported(world)


async def test_the_events_say_what_was_done_and_nobody_of_a_file_is_told_of_alone(world):
    await taken(world, {"primary_email_address": "ann@example.com"})
    names = [event["name"] for event in await world.events()]
    assert names[-2:] == ["import.begun", "import.continued"]
    assert "user.created" not in names
