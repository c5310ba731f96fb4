"""Machines in the Backend API."""

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.machines import operations as machines
from charter.core.machines.model import (
    Machine,
    MachineMade,
    MachineScope,
    MachineSecret,
    ScopedMachine,
)
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Machines"


class ScopedMachineOut(Out):
    """A machine, without those that it may reach."""

    object: str
    id: str
    name: str
    instance_id: str
    created_at: int
    updated_at: int
    default_token_ttl: int

    @classmethod
    def of(cls, row: Machine | ScopedMachine, view: View) -> "ScopedMachineOut":
        """As this API writes it."""
        return cls(
            object="machine",
            id=row.id,
            name=row.name,
            instance_id=view.instance.id,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            default_token_ttl=row.default_token_ttl,
        )


class MachineOut(ScopedMachineOut):
    """A machine with those that it may reach."""

    scoped_machines: list[ScopedMachineOut]

    @classmethod
    def of(cls, row: Machine, view: View) -> "MachineOut":  # type: ignore[override]  # another row
        """As this API writes it."""
        shared = msgspec.structs.asdict(ScopedMachineOut.of(row, view))
        scoped = [ScopedMachineOut.of(each, view) for each in row.scoped_machines]
        return cls(**shared, scoped_machines=scoped)


class MachineMadeOut(MachineOut):
    """A machine with its secret."""

    secret_key: str

    @classmethod
    def of(cls, result: MachineMade, view: View) -> "MachineMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(MachineOut.of(result.machine, view))
        return cls(**shared, secret_key=result.secret)


class MachineSecretOut(Out):
    """The secret of a machine."""

    object: str
    secret: str

    @classmethod
    def of(cls, result: MachineSecret, _view: View) -> "MachineSecretOut":
        """As this API writes it."""
        return cls(object="machine_secret_key", secret=result.secret)


class MachineScopeOut(Out):
    """That a machine may reach another."""

    object: str
    from_machine_id: str
    to_machine_id: str
    created_at: int

    @classmethod
    def of(cls, row: MachineScope, _view: View) -> "MachineScopeOut":
        """As this API writes it."""
        return cls(
            object="machine_scope",
            from_machine_id=row.from_machine_id,
            to_machine_id=row.to_machine_id,
            created_at=millis(row.created_at),
        )


class MachineScopeDeletedOut(Out):
    """A scope that is no more."""

    object: str
    from_machine_id: str
    to_machine_id: str
    deleted: bool

    @classmethod
    def of(cls, row: MachineScope, _view: View) -> "MachineScopeDeletedOut":
        """As this API writes it."""
        return cls(
            object="machine_scope",
            from_machine_id=row.from_machine_id,
            to_machine_id=row.to_machine_id,
            deleted=True,
        )


class FindMachines(In):
    """A text that an id equals, or a name holds."""

    query: str | UnsetType = UNSET


class CreateMachine(In):
    """What a machine is made of."""

    name: str
    scoped_machines: list[str] | UnsetType = UNSET
    default_token_ttl: int | UnsetType = UNSET


class UpdateMachine(In):
    """What changes of a machine."""

    name: str | UnsetType = UNSET
    default_token_ttl: int | UnsetType = UNSET


class RotateMachineSecret(In):
    """How many seconds the secret before holds on."""

    previous_token_ttl: int


class CreateMachineScope(In):
    """The machine that is to be reached."""

    to_machine_id: str


LISTS = Lists(orders={"name": "name", "created_at": "created_at"})
ONE = "/machines/{machine_id}"
OTHER = {"other_machine_id": "to_machine_id"}

CALLS = [
    Call(
        "GET",
        "/machines",
        machines.search,
        Paged(MachineOut),
        query=FindMachines,
        lists=LISTS,
        tag=TAG,
    ),
    Call("POST", "/machines", machines.create, MachineMadeOut, body=CreateMachine, tag=TAG),
    Call("GET", ONE, machines.get, MachineOut, tag=TAG),
    Call("PATCH", ONE, machines.update, MachineOut, body=UpdateMachine, tag=TAG),
    Call("DELETE", ONE, machines.delete, DeletedAs("machine"), tag=TAG),
    Call("GET", ONE + "/secret_key", machines.read_secret, MachineSecretOut, tag=TAG),
    Call(
        "POST",
        ONE + "/secret_key/rotate",
        machines.rotate_secret,
        MachineSecretOut,
        body=RotateMachineSecret,
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/scopes",
        machines.create_scope,
        MachineScopeOut,
        body=CreateMachineScope,
        tag=TAG,
    ),
    Call(
        "DELETE",
        ONE + "/scopes/{other_machine_id}",
        machines.delete_scope,
        MachineScopeDeletedOut,
        names=OTHER,
        tag=TAG,
    ),
]
