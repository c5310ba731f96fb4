"""What can be done with transfers. The operator does it, on the machine itself."""

from collections.abc import Sequence

from charter.core.instances.model import InstanceNotFound
from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.keys.lookup import lookup
from charter.core.payers import queries as payers
from charter.core.payments import holding
from charter.core.statements import LONG_STATEMENTS
from charter.core.transfers import people, queries
from charter.core.transfers.catalogue import SEEDED
from charter.core.transfers.exporting import Exporting, begin_snapshot
from charter.core.transfers.model import (
    AlreadyImported,
    Exported,
    Header,
    Import,
    ImportBegun,
    ImportContinued,
    ImportElsewhere,
    ImportFinished,
    ImportNotFound,
    InstanceExported,
    InstanceNotEmpty,
    Person,
    Rejection,
    Rejects,
    Sink,
    SourceKind,
)
from charter.core.transfers.parts import HIGHEST_NUMBER, PARTS
from charter.core.transfers.restoring import restore
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation


@operation("transfers.export", permission=Permission.KEYS_MANAGE, raises=(InstanceNotFound,))
async def export(ctx: Context, schema: str, sink: Sink) -> Exported:
    """Write all that lasts of the instance as lines of JSON, as it is at one moment.

    schema: the revision of the database. sink: takes the lines; secrets stand in them as they are.
    Returns: what was written.
    Announces: InstanceExported.
    """
    await ctx.allow()
    await begin_snapshot(ctx)
    instance = await ctx.db.one(INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))
    exported = await Exporting(ctx, instance, sink).write(schema)
    ctx.announce(InstanceExported(exported))
    return exported


@operation(
    "transfers.begin",
    permission=Permission.INSTANCE_MANAGE,
    raises=(InstanceNotFound, InstanceNotEmpty, AlreadyImported, ImportElsewhere),
)
async def begin(ctx: Context, source: str, header: Header | None = None) -> Import:
    """Begin to read a file into the instance, or go on where a run before stopped.

    source: the SHA-256 of its content, in hex. header: of an export; None for a CSV file.
    An export goes into an instance that is as it was made; its roles and keys make way, and it
    renews and collects nothing until it is told to.
    Returns: the import, with its place.
    Raises: InstanceNotEmpty; AlreadyImported, when the file was read to its end;
        ImportElsewhere, when another process begins at this moment.
    Announces: BillingHeld and ImportBegun, unless it goes on.
    """
    await ctx.allow()
    await ctx.db.one(INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))
    found = await queries.find_import(ctx.db, source)
    if found is not None:
        if found.finished_at is not None:
            raise AlreadyImported
        return found
    if header is not None:
        # The server that the file came from may go on; told to, this one takes its place.
        await holding.hold(ctx)
        await _make_room(ctx, header)
    made = Import(
        id=ctx.new_id("imp_"),
        kind=SourceKind.CSV if header is None else SourceKind.CHARTER,
        source=source,
        place=0,
        written=0,
        rejected=0,
        rejects_bytes=0,
        created_at=ctx.now,
        updated_at=ctx.now,
        finished_at=None,
    )
    await ctx.db.insert(queries.INSERT, made)
    ctx.announce(ImportBegun(made))
    return made


@operation(
    "transfers.take_lines",
    permission=Permission.INSTANCE_MANAGE,
    raises=(ImportNotFound, AlreadyImported, ImportElsewhere),
)
async def take_lines(
    ctx: Context, import_id: str, place: int, lines: Sequence[bytes], rejects: Rejects
) -> Import:
    """Take the next lines of an export over, and say in the same transaction that it is done.

    place: how many records stand before them.
    Returns: the import as it is now.
    Raises: ImportNotFound; AlreadyImported; ImportElsewhere, when they are done already.
    Announces: ImportContinued; BillingHeld, where it was not.
    """
    await ctx.allow()
    before = await _locked(ctx, import_id, place)
    # Also where somebody told it to go on: of payers who are yet to come nothing was asked for.
    await holding.hold(ctx)
    written, rejected = await restore(ctx, place, lines)
    lookup(ctx.platform).forget()
    return await _advance(
        ctx, before, rejects, records=len(lines), written=written, rejected=rejected
    )


@operation(
    "transfers.take_people",
    permission=Permission.INSTANCE_MANAGE,
    raises=(ImportNotFound, AlreadyImported, ImportElsewhere, InstanceNotFound),
)
async def take_people(
    ctx: Context, import_id: str, place: int, people_given: Sequence[Person], rejects: Rejects
) -> Import:
    """Make users of the next records of a CSV file. Each is checked as any new user is.

    place: how many records stand before them.
    Returns: the import as it is now.
    Raises: ImportNotFound; AlreadyImported; ImportElsewhere, when they are done already.
    Announces: ImportContinued, and what `people.take` announces.
    """
    await ctx.allow()
    before = await _locked(ctx, import_id, place)
    instance = await ctx.db.one(INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))
    written, rejected = await people.take(ctx, instance, people_given)
    return await _advance(
        ctx, before, rejects, records=len(people_given), written=written, rejected=rejected
    )


@operation(
    "transfers.finish",
    permission=Permission.INSTANCE_MANAGE,
    raises=(ImportNotFound, AlreadyImported, ImportElsewhere),
)
async def finish(ctx: Context, import_id: str, place: int) -> Import:
    """Say that a file was read to its end. An instance without payers is held no longer.

    Returns: the import as it is now.
    Raises: ImportNotFound; AlreadyImported; ImportElsewhere, when another place is reached.
    Announces: ImportFinished; BillingResumed, where nobody pays.
    """
    await ctx.allow()
    before = await _locked(ctx, import_id, place)
    await ctx.db.run(queries.FINISH, import_id=import_id, now=ctx.now)
    if before.kind is SourceKind.CHARTER and await ctx.db.value(payers.ANY) is None:
        await holding.resume(ctx)
    after = await queries.lock_import(ctx.db, import_id)
    ctx.announce(ImportFinished(after, before=before))
    return after


async def _make_room(ctx: Context, header: Header) -> None:
    """Take away what the instance was made with, and leave room for the numbers of the file.

    Raises: InstanceNotEmpty.
    """
    for part in PARTS:
        if part.name in SEEDED or part.name == "instances":
            continue
        if await ctx.db.value(part.some) is not None:
            raise InstanceNotEmpty(table=part.name)
    for name, (lock, count) in queries.COUNTING.items():
        highest = header.numbers.get(name, 0)
        if not 0 <= highest <= HIGHEST_NUMBER:
            raise InvalidInput("numbers", reason="they must be what a table can count to")
        if highest:
            await ctx.db.run(lock)
            await ctx.db.run(count, number=highest)
    for part in reversed(PARTS):
        if part.name in SEEDED:
            await ctx.db.run(part.empty)
    lookup(ctx.platform).forget()


async def _locked(ctx: Context, import_id: str, place: int) -> Import:
    """The import at this place. Raises: ImportNotFound, AlreadyImported, ImportElsewhere."""
    await ctx.db.run(LONG_STATEMENTS)
    found = await queries.lock_import(ctx.db, import_id)
    if found.finished_at is not None:
        raise AlreadyImported
    if found.place != place:
        raise ImportElsewhere
    return found


async def _advance(
    ctx: Context,
    before: Import,
    rejects: Rejects,
    *,
    records: int,
    written: int,
    rejected: Sequence[Rejection],
) -> Import:
    # Written down before the commit: of what is rejected nothing may be lost, and what is
    # written twice because the commit failed stands in the same place of the file.
    end = rejects.keep(before.rejects_bytes, rejected) if rejected else before.rejects_bytes
    await ctx.db.run(
        queries.ADVANCE,
        import_id=before.id,
        records=records,
        more_written=written,
        more_rejected=len(rejected),
        rejects_end=end,
        now=ctx.now,
    )
    after = await queries.lock_import(ctx.db, before.id)
    ctx.announce(ImportContinued(after, before=before))
    return after
