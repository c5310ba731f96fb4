"""Lists of users in the Backend API."""

import msgspec

from charter.core.users import operations as users
from charter.kernel.filters.plain import Param, Query, boolean, millis
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.shapes import Bare
from charter.surfaces.backend.users_out import UserOut
from charter.wire.call import Call, Lists, View

FILTERS = (
    Param("email_address", "email_address", Op.IN),
    Param("phone_number", "phone_number", Op.IN),
    Param("external_id", "external_id", Op.IN, signed=True),
    Param("username", "username", Op.IN),
    Param("web3_wallet", "web3_wallet", Op.IN),
    Param("user_id", "id", Op.IN, signed=True),
    Param("organization_id", "organization_id", Op.IN, signed=True),
    Param("query", "text", Op.CONTAINS),
    Param("email_address_query", "email_address_part", Op.CONTAINS),
    Param("phone_number_query", "phone_number_part", Op.CONTAINS),
    Param("username_query", "username_part", Op.CONTAINS),
    Param("name_query", "name_part", Op.CONTAINS),
    Param("banned", "is_banned", convert=boolean),
    Param("last_active_at_before", "last_active_at", Op.LT, millis),
    Param("last_active_at_after", "last_active_at", Op.GT, millis),
    Param("last_active_at_since", "last_active_at", Op.GE, millis),
    Param("created_at_before", "created_at", Op.LT, millis),
    Param("created_at_after", "created_at", Op.GT, millis),
    Param("last_sign_in_at_before", "last_sign_in_at", Op.LT, millis),
    Param("last_sign_in_at_after", "last_sign_in_at", Op.GT, millis),
    Param("provider", "provider"),
    Param("provider_user_id", "provider_user_id", Op.IN),
)
ORDERS = {
    "created_at": "created_at",
    "updated_at": "updated_at",
    "email_address": "primary_email_address",
    "web3wallet": "primary_web3_wallet",
    "first_name": "first_name",
    "last_name": "last_name",
    "phone_number": "primary_phone_number",
    "username": "username",
    "last_active_at": "last_active_at",
    "last_sign_in_at": "last_sign_in_at",
}


class TotalCountOut(msgspec.Struct, kw_only=True, frozen=True):
    """A number of things."""

    object: str
    total_count: int


class TotalCount:
    """Answers a number."""

    type = TotalCountOut

    @staticmethod
    def wants_total(_query: Query) -> bool:
        """The answer is one."""
        return True

    @staticmethod
    def of(result: int, _view: View) -> TotalCountOut:
        """The number."""
        return TotalCountOut(object="total_count", total_count=result)


CALLS = [
    Call("GET", "/users", users.search, Bare(UserOut), lists=Lists(FILTERS, ORDERS), tag="Users"),
    Call("GET", "/users/count", users.count, TotalCount, lists=Lists(FILTERS), tag="Users"),
]
