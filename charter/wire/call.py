"""A Call binds a route to an operation; one that does not fit its operation fails at import."""

import dataclasses
import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import msgspec

from charter.core.instances.model import Instance
from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError
from charter.kernel.filters.plain import Param
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Operation
from charter.kernel.patch import UNSET
from charter.kernel.platform import Platform
from charter.wire.forms import FormIn

Item = TypeVar("Item")


class In(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a call takes in a body or a query. Fields that are not declared are refused."""


class Out(msgspec.Struct, kw_only=True):
    """What a call answers. Fields have no defaults; a subclass has `of(result, view)`."""


@dataclass(frozen=True, slots=True)
class View:
    """What an answer may depend on, beside the result itself."""

    platform: Platform
    actor: Actor
    instance: Instance
    now: datetime
    inputs: Mapping[str, Any]
    is_testing: bool = False
    """Whether the tests of the app itself ask, as far as the door looks for that."""
    accept_language: str | None = None
    """The languages that the caller reads, where the door writes pages."""


class Answer(Protocol):
    """Turns a result into what is written: an Out class, or a shape around one."""

    def of(self, result: Any, view: View) -> Any:
        """What is written."""


Enterer: TypeAlias = Callable[[Platform, Actor, str], Awaitable[Actor]]
"""The caller as they stand in the instance that a path names. Raises: NotFound, to strangers."""
Finder: TypeAlias = Callable[[Platform, Actor, Any], Awaitable[Any]]
"""Looks up what a caller names. Raises: DomainError, NotFound among them."""


class Acting(Enum):
    """What `Call.given` and `Call.defaults` may take from the caller's credential."""

    ACTING_USER = "acting_user"
    SIGNED_IN_USER = "signed_in_user"
    ACTING_ORGANIZATION = "acting_organization"


ACTING_USER = Acting.ACTING_USER
"""The id of the user who acts; None where nobody does."""
SIGNED_IN_USER = Acting.SIGNED_IN_USER
"""The id of the user who acts; a call without one is refused."""
ACTING_ORGANIZATION = Acting.ACTING_ORGANIZATION
"""The organization that the credential belongs to; with another credential it has to be named."""


@dataclass(frozen=True)
class Lists:
    """How a call asks for a list: filters, keys to order by, how many come where none says.

    in_body: whether the body says what is asked for; it holds nothing else then.
    """

    filters: tuple[Param, ...] = ()
    orders: Mapping[str, str] = field(default_factory=dict)
    limit: int = 10
    in_body: bool = False


@dataclass(frozen=True)
class Call:
    """A route and the operation behind it.

    `names` maps a name on the wire to the operation's; `reads` converts a value on the way;
    `finds` looks up what the door names in another way than the core (an id by a number), by the
    argument of the operation. `enters` are names in the path that name an instance, or what is in
    one, in which the call is run; one that the operation takes as well is given to it. `given`
    are arguments that do not come from the caller, `defaults` those that the caller may leave out;
    both may take a member of `Acting` from the credential.
    `forgives` are errors that count as success, answered by `forgiven`. `upload` is the file of a
    multipart form, and `upload_texts` the parts that may stand beside it; with `is_upload_bare` the
    file may also come as the whole body, in base64. `ignores` are documented inputs without effect,
    each with the reason why it has none. With `makes_instance` the caller's instance is not there
    before the operation has made it, whose result has it as `instance`; a repeated request makes
    another. Where not `keeps_answers`, a repeated request is a new one: an answer that one browser
    got is not for whoever knows the key of its request.
    """

    method: str
    path: str
    operation: Operation[..., Any]
    out: Any = None
    _: KW_ONLY
    body: Any = None
    is_body_optional: bool = False
    query: type[In] | None = None
    lists: Lists | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    finds: Mapping[str, Finder] = field(default_factory=dict)
    enters: Mapping[str, Enterer] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    ignores: Mapping[str, str] = field(default_factory=dict)
    forgives: tuple[type[DomainError], ...] = ()
    forgiven: Callable[[], Any] | None = None
    upload: str | None = None
    upload_texts: tuple[str, ...] = ()
    is_upload_bare: bool = False
    status: int = 200
    is_public: bool = False
    makes_instance: bool = False
    keeps_answers: bool = True
    tag: str = ""

    def __post_init__(self) -> None:
        bind(self)

    @property
    def path_names(self) -> tuple[str, ...]:
        """The variables in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))


@dataclass(frozen=True, slots=True)
class Binding:
    """How a call's inputs become its operation's arguments."""

    arguments: frozenset[str]
    payload: str | None
    payload_type: Any
    payload_fields: frozenset[str]
    body_fields: tuple[str, ...]
    query_fields: tuple[str, ...]
    body_decoder: Any
    takes_search: bool
    is_body_one_value: bool


def bind(call: Call) -> Binding:
    """Check a call against its operation. Raises: TypeError, for one that does not fit."""
    operation = call.operation
    arguments, payload, payload_type = set(), None, None
    for name in operation.parameters:
        hint = operation.types[name]
        if hint is Search:
            continue
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            payload, payload_type = name, hint
        else:
            arguments.add(name)
    fields = {f.name for f in dataclasses.fields(payload_type)} if payload_type else set()
    takes_search = Search in operation.types.values()
    asks_in_body = call.lists is not None and call.lists.in_body
    binding = Binding(
        arguments=frozenset(arguments),
        payload=payload,
        payload_type=payload_type,
        payload_fields=frozenset(fields),
        body_fields=() if asks_in_body else struct_fields(call.body),
        query_fields=struct_fields(call.query),
        body_decoder=None if call.body is None else msgspec.json.Decoder(call.body, strict=False),
        takes_search=takes_search,
        is_body_one_value=call.body is not None and not is_struct(call.body),
    )
    _check(call, binding)
    return binding


def struct_fields(struct: Any) -> tuple[str, ...]:
    """The names on the wire of a Struct; of a list of Structs, none: it is one value."""
    return struct.__struct_encode_fields__ if is_struct(struct) else ()


def is_struct(kind: Any) -> bool:
    """Whether a type is a Struct, which may have no fields at all."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def is_form(call: Call) -> bool:
    """Whether a call takes a form instead of JSON."""
    return isinstance(call.body, type) and issubclass(call.body, FormIn)


def _check(call: Call, binding: Binding) -> None:
    where = f"{call.method} {call.path} -> {call.operation.name}"
    incoming = {*call.path_names, *binding.body_fields, *binding.query_fields}
    incoming -= call.enters.keys() - binding.arguments
    if call.upload:
        incoming |= {call.upload, *call.upload_texts}
    if binding.is_body_one_value:
        incoming.add("body")
    targets = {call.names.get(name, name) for name in incoming - call.ignores.keys()}
    targets |= call.given.keys() | call.defaults.keys()
    known = binding.arguments | binding.payload_fields
    if stray := targets - known:
        raise TypeError(f"{where}: the operation does not take {sorted(stray)}")
    required = {
        name
        for name in binding.arguments
        if call.operation.parameters[name].default is inspect.Parameter.empty
    }
    if missing := required - targets:
        raise TypeError(f"{where}: the operation needs {sorted(missing)}")
    if binding.takes_search != (call.lists is not None):
        raise TypeError(f"{where}: a list and its operation have to agree on `lists`")
    if stray := (call.names.keys() | call.reads.keys()) - incoming:
        raise TypeError(f"{where}: {sorted(stray)} is no input of the call")
    if stray := call.finds.keys() - targets:
        raise TypeError(f"{where}: {sorted(stray)} is not given to the operation")


def from_wire(value: Any) -> Any:
    """A decoded value with msgspec's own marker for absent turned into the kernel's."""
    return UNSET if value is msgspec.UNSET else value


class Bare(Generic[Item]):
    """Answers a Found as an array."""

    def __init__(self, item: Any) -> None:
        self.item = item

    def of(self, result: Found[Any], view: View) -> list[Any]:
        """The items."""
        return [self.item.of(row, view) for row in result.items]


def hints(struct: Any) -> dict[str, Any]:
    """The field types of a Struct, by name on the wire."""
    return typing.get_type_hints(struct)
