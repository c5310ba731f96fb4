"""Machines: whom they may reach, and the secret that stands for them."""

import dataclasses
from datetime import timedelta

import pytest

from charter.core.keys.lookup import Lookup
from charter.core.machines import operations as machines
from charter.core.machines.model import (
    MOST_SCOPES,
    MachineNotFound,
    MachinePatch,
    MachineScopeExists,
    MachineScopeLimitReached,
    MachineScopeNotFound,
    NewMachine,
)
from charter.core.organizations import operations as organizations
from charter.core.users import operations as users
from charter.kernel.errors import InvalidInput, Unauthenticated
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.worker import clear
from tests.machinery import acting, holder_of, make_machine
from tests.world import all_at_once, later


async def rotate(world, made, ttl, **options):
    return await world.call(
        None,
        machines.rotate_secret,
        machine_id=made.machine.id,
        previous_token_ttl=ttl,
        **options,
    )


async def test_a_machine_is_made_changed_found_and_deleted(world):
    ledger = await make_machine(world, "Ledger")
    made = await make_machine(world, " Biller ", [ledger])
    assert (made.machine.name, made.machine.default_token_ttl) == ("Biller", 3600)
    assert [each.id for each in made.machine.scoped_machines] == [ledger.machine.id]
    patch = MachinePatch(default_token_ttl=60)
    one = {"machine_id": made.machine.id}
    after = await world.call(None, machines.update, **one, patch=patch)
    assert (after.name, after.default_token_ttl) == ("Biller", 60)
    for query in ("bill", made.machine.id):
        found = await world.call(None, machines.search, search=Search(), query=query)
        assert [each.id for each in found.items] == [made.machine.id]
    await world.call(None, machines.delete, **one)
    with pytest.raises(MachineNotFound):
        await world.call(None, machines.get, **one)
    names = [row["name"] for row in await world.events() if row["name"].startswith("machine")]
    assert names == ["machine.created", "machine.created", "machine.updated", "machine.deleted"]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"name": "x" * 256},
        {"name": "x", "default_token_ttl": 0},
        {"name": "x", "default_token_ttl": 315_360_001},
        {"name": "x", "scoped_machines": ["mch_x"]},
        {"name": "x", "scoped_machines": [f"mch_{each}" for each in range(151)]},
    ],
)
async def test_what_makes_no_machine_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await world.call(None, machines.create, new=NewMachine(**fields))


@pytest.mark.security("I1")
async def test_the_secret_is_kept_as_a_digest_and_sealed(world):
    made = await make_machine(world)
    rows = await world.sql("SELECT * FROM machine_secrets WHERE machine_id = $1", made.machine.id)
    assert made.secret not in str([dict(row) for row in rows])
    assert made.secret not in str([dict(row) for row in await world.events()])
    shown = await world.call(None, machines.read_secret, machine_id=made.machine.id)
    assert shown.secret == made.secret
    assert made.secret not in repr(made)


@pytest.mark.security("I5")
async def test_after_a_rotation_the_secret_before_lives_exactly_as_long_as_was_said(world):
    made = await make_machine(world)
    rotated = await rotate(world, made, 60)
    shown = await world.call(None, machines.read_secret, machine_id=made.machine.id)
    assert shown.secret == rotated.secret
    # The moment of the rotation lies a little before now.
    for platform in (world.platform, later(world.platform, seconds=58)):
        for secret in (made.secret, rotated.secret):
            assert (await holder_of(platform, secret)).id == made.machine.id
    after = later(world.platform, seconds=60)
    with pytest.raises(Unauthenticated):
        await holder_of(after, made.secret)
    assert (await holder_of(after, rotated.secret)).id == made.machine.id


@pytest.mark.security("I5")
async def test_a_rotation_without_overlap_ends_every_secret_before_it(world):
    made = await make_machine(world)
    second = await rotate(world, made, 28_800)
    third = await rotate(world, made, 0)
    for secret in (made.secret, second.secret):
        with pytest.raises(Unauthenticated):
            await holder_of(world.platform, secret)
    assert await holder_of(world.platform, third.secret)
    # A later overlap is for the secret that it replaces alone.
    await rotate(world, made, 28_800)
    with pytest.raises(Unauthenticated):
        await holder_of(world.platform, second.secret)


async def test_an_overlap_is_at_most_eight_hours(world):
    made = await make_machine(world)
    for ttl in (-1, 28_801):
        with pytest.raises(InvalidInput):
            await rotate(world, made, ttl)


async def test_of_two_rotations_at_once_one_secret_stays_and_the_other_ends(world):
    made = await make_machine(world)
    rotated = await all_at_once(*[rotate(world, made, 60) for _ in range(5)])
    assert not [each for each in rotated if isinstance(each, Exception)]
    shown = await world.call(None, machines.read_secret, machine_id=made.machine.id)
    after: Platform = later(world.platform, seconds=70)
    lasting = []
    for each in rotated:
        assert await holder_of(world.platform, each.secret)
        try:
            await holder_of(after, each.secret)
        except Unauthenticated:
            continue
        lasting.append(each.secret)
    assert lasting == [shown.secret]


async def test_a_scope_is_made_once_and_taken_back(world):
    made, ledger = await make_machine(world), await make_machine(world, "Ledger")
    ends = {"machine_id": made.machine.id, "to_machine_id": ledger.machine.id}
    results = await all_at_once(*[world.call(None, machines.create_scope, **ends) for _ in "ab"])
    assert [type(each) for each in results].count(MachineScopeExists) == 1
    machine = await world.call(None, machines.get, machine_id=made.machine.id)
    assert [each.id for each in machine.scoped_machines] == [ledger.machine.id]
    await world.call(None, machines.delete_scope, **ends)
    with pytest.raises(MachineScopeNotFound):
        await world.call(None, machines.delete_scope, **ends)
    with pytest.raises(MachineNotFound):
        await world.call(
            None, machines.create_scope, machine_id=made.machine.id, to_machine_id="mch_x"
        )


async def test_a_machine_reaches_150_others_however_many_scopes_come_at_once(world):
    others = [await make_machine(world, f"m{number}") for number in range(3)]
    made = await make_machine(world)
    await world.sql(
        "INSERT INTO machines SELECT instance_id, 'mch_' || n, 'x', 60, now(), now()"
        " FROM machines, generate_series(1, $2) n WHERE id = $1",
        made.machine.id,
        MOST_SCOPES - 1,
    )
    await world.sql(
        "INSERT INTO machine_scopes SELECT instance_id, $1, 'mch_' || n, now()"
        " FROM machines, generate_series(1, $2) n WHERE id = $1",
        made.machine.id,
        MOST_SCOPES - 1,
    )
    calls = [
        world.call(
            None,
            machines.create_scope,
            machine_id=made.machine.id,
            to_machine_id=each.machine.id,
        )
        for each in others
    ]
    results = await all_at_once(*calls)
    assert [type(each) for each in results].count(MachineScopeLimitReached) == 2
    machine = await world.call(None, machines.get, machine_id=made.machine.id)
    assert len(machine.scoped_machines) == MOST_SCOPES


@pytest.mark.security("I3")
async def test_a_machine_may_do_nothing_but_what_its_tokens_need(world):
    made = await make_machine(world)
    actor, user = acting(world, made), await world.user("ann")
    acme = await world.organization()
    with pytest.raises(Unauthenticated):
        await world.call(actor, machines.read_secret, machine_id=made.machine.id)
    with pytest.raises(Unauthenticated):
        await world.call(actor, users.get, user_id=user.id)
    with pytest.raises(Unauthenticated):
        await world.call(actor, organizations.get, organization_id=acme.id)


async def test_the_worker_clears_secrets_that_have_ended_and_no_other(world):
    made = await make_machine(world)
    await rotate(world, made, 60)
    await clear(later(world.platform, seconds=50))
    assert await holder_of(world.platform, made.secret)
    await clear(later(world.platform, seconds=70))
    kept = "SELECT expires_at FROM machine_secrets WHERE machine_id = $1"
    assert [row["expires_at"] for row in await world.sql(kept, made.machine.id)] == [None]


@pytest.mark.security("I5")
async def test_a_secret_that_a_process_remembers_ends_on_time_as_well(world):
    made = await make_machine(world)
    await rotate(world, made, 60)
    moved = [timedelta()]
    clock = world.platform.clock
    platform = dataclasses.replace(world.platform, clock=lambda: clock() + moved[0])
    remembering = Lookup(platform)
    assert await remembering.machine_of(made.secret)
    moved[0] = timedelta(seconds=60)
    with pytest.raises(Unauthenticated):
        await remembering.machine_of(made.secret)
