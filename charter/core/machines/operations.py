"""What can be done with machines: by an app's server alone."""

from datetime import timedelta

from charter.core.machines import queries
from charter.core.machines.model import (
    LONGEST_NAME,
    LONGEST_OVERLAP_SECONDS,
    LONGEST_TOKEN_SECONDS,
    MOST_SCOPES,
    SECRET_PREFIX,
    Machine,
    MachineCreated,
    MachineDeleted,
    MachineMade,
    MachineNotFound,
    MachinePatch,
    MachineRow,
    MachineScope,
    MachineScopeCreated,
    MachineScopeDeleted,
    MachineScopeExists,
    MachineScopeLimitReached,
    MachineScopeNotFound,
    MachineSecret,
    MachineSecretRotated,
    MachineSecretRow,
    MachineUpdated,
    NewMachine,
    RotatedSecret,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed
from charter.kernel.secrets import digest, new_secret

SEALED_AS = "machine_secret:{id}"


@operation("machines.search", permission=Permission.MACHINES_MANAGE, writes=False)
async def search(ctx: Context, search: Search, query: str | None = None) -> Found[Machine]:
    """List machines, newest first.

    query: an id, or a part of a name.
    Source: Clerk BAPI 2025-11-10, ListMachines.
    """
    await ctx.allow()
    if query and query.strip():
        at = Place("query")
        text = Text(query.strip(), at)
        is_id = Apply(Op.EQ, (Name("id", at), text), at)
        has_part = Apply(Op.CONTAINS, (Name("name_text", at), text), at)
        search = search.narrowed(Apply(Op.OR, (is_id, has_part), at))
    return await queries.LISTING.search(ctx.db, search)


@operation("machines.create", permission=Permission.MACHINES_MANAGE)
async def create(ctx: Context, new: NewMachine) -> MachineMade:
    """Make a machine with a secret of 160 bits.

    Raises: InvalidInput, also where a machine that it is to reach is not there.
    Announces: MachineCreated.
    Source: Clerk BAPI 2025-11-10, CreateMachine.
    """
    await ctx.allow()
    name, scopes = _checked_name(new.name), tuple(dict.fromkeys(new.scoped_machines))
    _check_ttl(new.default_token_ttl)
    if len(scopes) > MOST_SCOPES:
        raise InvalidInput("scoped_machines", reason=f"at most {MOST_SCOPES}")
    if scopes and not await queries.are_known(ctx.db, scopes):
        raise InvalidInput("scoped_machines", reason="each must be the id of a machine")
    row = MachineRow(
        id=ctx.new_id("mch_"),
        name=name,
        default_token_ttl=new.default_token_ttl,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    secret, kept = _new_secret(ctx, row.id)
    scoped = [MachineScope(row.id, each, ctx.now) for each in scopes]
    await queries.insert_machine(ctx.db, row, kept, scoped)
    machine = await queries.get_machine(ctx.db, row.id)
    ctx.announce(MachineCreated(machine))
    return MachineMade(machine, secret)


@operation(
    "machines.get",
    permission=Permission.MACHINES_MANAGE,
    raises=(MachineNotFound,),
    writes=False,
)
async def get(ctx: Context, machine_id: str) -> Machine:
    """Read one machine.

    Raises: MachineNotFound.
    Source: Clerk BAPI 2025-11-10, GetMachine.
    """
    await ctx.allow()
    return await queries.get_machine(ctx.db, machine_id)


@operation("machines.update", permission=Permission.MACHINES_MANAGE, raises=(MachineNotFound,))
async def update(ctx: Context, machine_id: str, patch: MachinePatch) -> Machine:
    """Change the name of a machine, or how long its tokens live; those that are out stay.

    Raises: MachineNotFound.
    Announces: MachineUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateMachine.
    """
    await ctx.allow()
    before = await queries.lock_machine(ctx.db, machine_id)
    ctx.expect(before.updated_at)
    given = changed(patch)
    name = _checked_name(given["name"]) if "name" in given else before.name
    ttl = given.get("default_token_ttl", before.default_token_ttl)
    _check_ttl(ttl)
    await ctx.db.run(
        queries.UPDATE, machine_id=machine_id, name=name, default_token_ttl=ttl, now=ctx.now
    )
    after = await queries.get_machine(ctx.db, machine_id)
    ctx.announce(MachineUpdated(after, before=before))
    return after


@operation("machines.delete", permission=Permission.MACHINES_MANAGE, raises=(MachineNotFound,))
async def delete(ctx: Context, machine_id: str) -> Machine:
    """Delete a machine, and with it its secrets, its scopes and its tokens.

    Returns: the machine as it was.
    Raises: MachineNotFound.
    Announces: MachineDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteMachine.
    """
    await ctx.allow()
    before = await queries.lock_machine(ctx.db, machine_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.DELETE, machine_id=machine_id)
    ctx.announce(MachineDeleted(before))
    return before


@operation(
    "machines.read_secret",
    permission=Permission.MACHINES_MANAGE,
    raises=(MachineNotFound,),
    writes=False,
)
async def read_secret(ctx: Context, machine_id: str) -> MachineSecret:
    """Show the current secret of a machine.

    Raises: MachineNotFound.
    Source: Clerk BAPI 2025-11-10, GetMachineSecretKey.
    """
    await ctx.allow()
    missing = MachineNotFound("machine_id")
    kept = await ctx.db.one(queries.SEALED, missing=missing, machine_id=machine_id)
    opened = ctx.platform.vault.open(kept.sealed_secret, SEALED_AS.format(id=kept.id))
    return MachineSecret(opened.decode())


@operation(
    "machines.rotate_secret", permission=Permission.MACHINES_MANAGE, raises=(MachineNotFound,)
)
async def rotate_secret(ctx: Context, machine_id: str, previous_token_ttl: int) -> MachineSecret:
    """Give a machine another secret.

    previous_token_ttl: how many seconds the secret before holds on, 0 to 28800. No older one
    holds longer than that, so that 0 ends all that may have leaked.
    Raises: MachineNotFound.
    Announces: MachineSecretRotated.
    Source: Clerk BAPI 2025-11-10, RotateMachineSecretKey.
    """
    await ctx.allow()
    if not 0 <= previous_token_ttl <= LONGEST_OVERLAP_SECONDS:
        reason = f"it must be from 0 to {LONGEST_OVERLAP_SECONDS}"
        raise InvalidInput("previous_token_ttl", reason=reason)
    before = await queries.lock_machine(ctx.db, machine_id)
    ctx.expect(before.updated_at)
    secret, kept = _new_secret(ctx, machine_id)
    until = ctx.now + timedelta(seconds=previous_token_ttl)
    await queries.replace_secret(ctx.db, kept, until, ctx.now)
    ctx.announce(MachineSecretRotated(RotatedSecret(machine_id, until)))
    return MachineSecret(secret)


@operation(
    "machines.create_scope",
    permission=Permission.MACHINES_MANAGE,
    raises=(MachineNotFound, MachineScopeExists, MachineScopeLimitReached),
)
async def create_scope(ctx: Context, machine_id: str, to_machine_id: str) -> MachineScope:
    """Let a machine reach another with the tokens that it makes from now on.

    Raises: MachineNotFound, for either; MachineScopeExists; MachineScopeLimitReached, at 150.
    Announces: MachineScopeCreated.
    Source: Clerk BAPI 2025-11-10, CreateMachineScope.
    """
    await ctx.allow()
    machine = await queries.lock_machine(ctx.db, machine_id)
    ctx.expect(machine.updated_at)
    if not await queries.are_known(ctx.db, [to_machine_id]):
        raise MachineNotFound("to_machine_id")
    ends = {"from_machine_id": machine_id, "to_machine_id": to_machine_id}
    made = await ctx.db.find(queries.INSERT_SCOPE, now=ctx.now, **ends)
    if made is None:
        raise MachineScopeExists
    if await ctx.db.value(queries.COUNT_SCOPES, from_machine_id=machine_id) > MOST_SCOPES:
        raise MachineScopeLimitReached(limit=MOST_SCOPES)
    ctx.announce(MachineScopeCreated(made))
    return made


@operation(
    "machines.delete_scope",
    permission=Permission.MACHINES_MANAGE,
    raises=(MachineNotFound, MachineScopeNotFound),
)
async def delete_scope(ctx: Context, machine_id: str, to_machine_id: str) -> MachineScope:
    """Let a machine reach another no more; tokens that are out keep what they were made with.

    Returns: the scope as it was.
    Raises: MachineNotFound; MachineScopeNotFound.
    Announces: MachineScopeDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteMachineScope.
    """
    await ctx.allow()
    machine = await queries.lock_machine(ctx.db, machine_id)
    ctx.expect(machine.updated_at)
    gone = await ctx.db.one(
        queries.DELETE_SCOPE,
        missing=MachineScopeNotFound("to_machine_id"),
        from_machine_id=machine_id,
        to_machine_id=to_machine_id,
    )
    ctx.announce(MachineScopeDeleted(gone))
    return gone


def _new_secret(ctx: Context, machine_id: str) -> tuple[str, MachineSecretRow]:
    """A secret, and the row that keeps it."""
    secret, secret_id = new_secret(SECRET_PREFIX, 20), ctx.new_id("mchsec_")
    return secret, MachineSecretRow(
        id=secret_id,
        machine_id=machine_id,
        digest=digest(secret),
        sealed_secret=ctx.platform.vault.seal(secret.encode(), SEALED_AS.format(id=secret_id)),
        created_at=ctx.now,
        expires_at=None,
    )


def _checked_name(name: str) -> str:
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= LONGEST_NAME:
        raise InvalidInput("name", reason=f"it must have 1 to {LONGEST_NAME} characters")
    return trimmed


def _check_ttl(seconds: int) -> None:
    if not 1 <= seconds <= LONGEST_TOKEN_SECONDS:
        reason = f"it must be from 1 to {LONGEST_TOKEN_SECONDS}"
        raise InvalidInput("default_token_ttl", reason=reason)
