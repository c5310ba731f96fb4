"""Arguments for what people do with their own user, addresses, numbers, wallets and sessions."""

from typing import Any

from charter.core.phone_numbers.factors import FactorPatch
from charter.core.users.own import OwnPatch
from tests.cast import PICTURE

EMAIL: dict[str, Any] = {"email_address_id": "idn_x"}
PHONE: dict[str, Any] = {"phone_number_id": "idn_x"}
WALLET: dict[str, Any] = {"web3_wallet_id": "idn_x"}
NOT_THEIRS = "it is about something of the caller's own, and each caller would need one"
BY_MAIL = "its link is known to whom it was sent alone"
NOT_IN_USE = "numbers and wallets are not in use where nobody has turned them on"

ARGUMENTS: dict[str, dict[str, Any]] = {
    "email_addresses.attempt_own_verification": EMAIL | {"code": "000000"},
    "email_addresses.create_own": {"address": "third@example.com"},
    "email_addresses.delete_own": EMAIL,
    "email_addresses.get_own": EMAIL,
    "email_addresses.look_at_undo": {"token": "x"},
    "email_addresses.prepare_own_verification": EMAIL | {"strategy": "email_code"},
    "email_addresses.search_own": {},
    "email_addresses.undo_change": {"token": "x"},
    "passwords.change_own": {"new_password": "a long pass phrase of mine"},
    "passwords.remove_own": {"current_password": "a long pass phrase of mine"},
    "phone_numbers.attempt_own_verification": PHONE | {"code": "000000"},
    "phone_numbers.create_own": {"number": "+14155550198"},
    "phone_numbers.delete_own": PHONE,
    "phone_numbers.get_own": PHONE,
    "phone_numbers.prepare_own_verification": PHONE | {"strategy": "phone_code"},
    "phone_numbers.search_own": {},
    "phone_numbers.update_own": PHONE | {"patch": FactorPatch(is_default=True)},
    "sessions.revoke_own": {"session_id": "sess_x"},
    "sessions.search_own": {},
    "sessions.search_own_active": {},
    "users.delete_own": {},
    "users.delete_own_profile_image": {},
    "users.merge_own_metadata": {"unsafe_metadata": {"size": 1}},
    "users.set_own_profile_image": {"file": PICTURE},
    "users.update_own": {"patch": OwnPatch(first_name="New")},
    "web3_wallets.attempt_own_verification": WALLET | {"signature": "0x"},
    "web3_wallets.create_own": {"address": "0x" + "1" * 40},
    "web3_wallets.delete_own": WALLET,
    "web3_wallets.get_own": WALLET,
    "web3_wallets.prepare_own_verification": WALLET | {"strategy": "web3_base_signature"},
    "web3_wallets.search_own": {},
}
"""The operations on what is one's own, with their arguments."""

FAILING = {
    name: NOT_THEIRS
    for name, given in ARGUMENTS.items()
    if any(key.endswith("_id") for key in given)
} | {
    "email_addresses.look_at_undo": BY_MAIL,
    "email_addresses.undo_change": BY_MAIL,
    "passwords.remove_own": NOT_THEIRS,
    "phone_numbers.create_own": NOT_IN_USE,
    "users.delete_own_profile_image": NOT_THEIRS,
    "web3_wallets.create_own": NOT_IN_USE,
}
"""Those that fail for everybody here, and why."""
