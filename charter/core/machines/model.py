"""The words of machines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

SECRET_PREFIX = "ak_"  # noqa: S105  # the prefix of one, for scanners
LONGEST_NAME = 255
MOST_SCOPES = 150
TOKEN_SECONDS = 3600
LONGEST_TOKEN_SECONDS = 315_360_000
LONGEST_OVERLAP_SECONDS = 28_800


@dataclass(frozen=True, slots=True)
class ScopedMachine:
    """A machine that another may reach. default_token_ttl: in seconds."""

    id: str
    name: str
    default_token_ttl: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine with those that it may reach. default_token_ttl: in seconds."""

    id: str
    name: str
    default_token_ttl: int
    scoped_machines: tuple[ScopedMachine, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A machine on its way into its table."""

    id: str
    name: str
    default_token_ttl: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MachineSecretRow:
    """A secret of a machine on its way into its table; one without an end is the current one."""

    id: str
    machine_id: str
    digest: bytes = field(repr=False)
    sealed_secret: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class MachineScope:
    """That a machine may reach another."""

    from_machine_id: str
    to_machine_id: str
    created_at: datetime

    @property
    def id(self) -> str:
        """For the audit log: a scope is named by its ends."""
        return f"{self.from_machine_id}:{self.to_machine_id}"


@dataclass(frozen=True, slots=True)
class MachineMade:
    """A machine with its secret."""

    machine: Machine
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MachineSecret:
    """The secret of a machine."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RotatedSecret:
    """What an event says of a new secret: whose it is, and until when the one before holds."""

    id: str
    previous_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMachine:
    """What a machine is made of.

    name: 1 to 255 characters. scoped_machines: ids of up to 150 machines that it may reach.
    default_token_ttl: 1 to 315360000 seconds, the life of its tokens where they ask for none.
    """

    name: str
    scoped_machines: Sequence[str] = ()
    default_token_ttl: int = TOKEN_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePatch:
    """What changes of a machine; the rest stays."""

    name: str | Unset = UNSET
    default_token_ttl: int | Unset = UNSET


class MachineNotFound(DomainError):
    """There is no such machine."""

    kind, code = Kind.NOT_FOUND, "machine_not_found"
    message = "No machine has this id."


class MachineScopeNotFound(DomainError):
    """The machine may not reach the other anyway."""

    kind, code = Kind.NOT_FOUND, "machine_scope_not_found"
    message = "The machine has no such scope."


class MachineScopeExists(DomainError):
    """The machine may reach the other already."""

    kind, code = Kind.CONFLICT, "machine_scope_exists"
    message = "The machine has this scope already."
    parameter = "to_machine_id"


class MachineScopeLimitReached(DomainError):
    """The machine may reach as many as a machine may."""

    kind, code = Kind.UNPROCESSABLE, "machine_scope_limit_reached"
    message = "A machine has at most {limit} scopes."
    parameter = "to_machine_id"


class MachineCreated(Event):
    """A machine was made."""

    name = "machine.created"


class MachineUpdated(Event):
    """A machine was changed."""

    name = "machine.updated"


class MachineDeleted(Event):
    """A machine was deleted, and its tokens with it."""

    name = "machine.deleted"


class MachineScopeCreated(Event):
    """A machine may reach another."""

    name = "machineScope.created"


class MachineScopeDeleted(Event):
    """A machine may reach another no more."""

    name = "machineScope.deleted"


class MachineSecretRotated(Event):
    """A machine has a new secret."""

    name = "machineSecret.rotated"
