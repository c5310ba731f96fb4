"""The part of the story about users, their passwords, their state and their pictures."""

from sdk_cast import Cast, picture
from sdk_recorder import Recorder, contains, equal, lacks


def arrive(recorder: Recorder, cast: Cast) -> None:
    """Two users are made, found, counted and changed."""
    cast.ann = recorder.call(
        "users.create",
        email_address=[cast.email("ann")],
        phone_number=[cast.phone()],
        username=f"ann_{cast.stamp}",
        password=cast.password,
        first_name="Ann",
        last_name=f"Example{cast.stamp}",
        external_id=f"external-{cast.stamp}",
        public_metadata={"plan": {"name": "free", "seatCount": 3}},
        private_metadata={"note": "kept"},
        unsafe_metadata={"theme": "dark"},
    )
    ann = cast.ann
    equal(ann.username, f"ann_{cast.stamp}")
    equal(ann.email_addresses[0].email_address, cast.email("ann"))
    equal(ann.email_addresses[0].verification.status, "verified")
    equal(ann.primary_email_address_id, ann.email_addresses[0].id)
    equal(ann.primary_phone_number_id, ann.phone_numbers[0].id)
    equal(ann.password_enabled, wanted=True)
    equal(ann.public_metadata, {"plan": {"name": "free", "seatCount": 3}})
    cast.ben = recorder.call(
        "users.create", email_address=[cast.email("ben")], skip_password_requirement=True
    )
    equal(cast.ben.password_enabled, wanted=False)

    equal(recorder.call("users.get", user_id=ann.id).external_id, f"external-{cast.stamp}")
    equal(recorder.refused("users.get", 404, user_id="user_" + "0" * 27), "resource_not_found")


def are_found(recorder: Recorder, cast: Cast) -> None:
    """Lists and counts agree under the same filters."""
    both = {"query": cast.stamp}
    listed = recorder.call("users.list", request=both | {"order_by": "+created_at"})
    equal([user.id for user in listed], [cast.ann.id, cast.ben.id])
    page = recorder.call("users.list", request=both | {"limit": 1, "offset": 1})
    equal([user.id for user in page], [cast.ann.id])
    one = recorder.call("users.list", request={"email_address": [cast.email("ben")]})
    equal([user.id for user in one], [cast.ben.id])
    others = recorder.call("users.list", request=both | {"user_id": [f"-{cast.ann.id}"]})
    equal([user.id for user in others], [cast.ben.id])
    equal(recorder.call("users.count", request=both).total_count, 2)
    named = {"username": [f"ann_{cast.stamp}"]}
    equal(recorder.call("users.count", request=named).total_count, 1)


def change(recorder: Recorder, cast: Cast) -> None:
    """Names, metadata and the picture of a user."""
    ann = cast.ann.id
    updated = recorder.call("users.update", user_id=ann, first_name="Anna", locale="en-US")
    equal(updated.first_name, "Anna")
    equal(updated.last_name, f"Example{cast.stamp}")

    merged = recorder.call(
        "users.update_metadata",
        user_id=ann,
        public_metadata={"plan": {"seatCount": None, "trial": True}},
    )
    equal(merged.public_metadata, {"plan": {"name": "free", "trial": True}})
    equal(merged.private_metadata, {"note": "kept"})
    replaced = recorder.call(
        "users.replace_metadata", user_id=ann, public_metadata={"fresh": [1, 2]}
    )
    equal(replaced.public_metadata, {"fresh": [1, 2]})
    equal(replaced.private_metadata, {"note": "kept"})

    pictured = recorder.call("users.set_profile_image", user_id=ann, file=picture())
    equal(pictured.has_image, wanted=True)
    plain = recorder.call("users.delete_profile_image", user_id=ann)
    equal(plain.has_image, wanted=False)


def prove_themselves(recorder: Recorder, cast: Cast) -> None:
    """Passwords are verified, marked as compromised, and removed."""
    ann = cast.ann.id
    proven = recorder.call("users.verify_password", user_id=ann, password=cast.password)
    equal(proven.verified, wanted=True)
    code = recorder.refused_without_a_type(
        "users.verify_password", 422, user_id=ann, password="not it at all"
    )
    equal(code, "incorrect_password")
    equal(recorder.call("users.set_password_compromised", user_id=ann).id, ann)
    equal(recorder.call("users.unset_password_compromised", user_id=ann).id, ann)
    if recorder.has("users.remove_password"):
        removed = recorder.call("users.remove_password", user_id=ann)
        equal(removed.password_enabled, wanted=False)


def lose_factors(recorder: Recorder, cast: Cast) -> None:
    """Codes of an authenticator app are verified, and second factors are taken away."""
    made = recorder.call(
        "users.create",
        email_address=[cast.email("eve")],
        totp_secret="JBSWY3DPEHPK3PXP",
        backup_codes=["first-code-1234", "second-code-1234"],
    )
    right = recorder.call("users.verify_totp", user_id=made.id, code="first-code-1234")
    equal((right.verified, right.code_type), (True, "backup_code"))
    code = recorder.refused_without_a_type(
        "users.verify_totp", 422, user_id=made.id, code="first-code-1234"
    )
    equal(code, "totp_incorrect_code")
    equal(recorder.call("users.delete_backup_codes", user_id=made.id).user_id, made.id)
    equal(recorder.call("users.delete_totp", user_id=made.id).user_id, made.id)
    equal(recorder.call("users.disable_mfa", user_id=made.id).user_id, made.id)
    user = recorder.call("users.get", user_id=made.id)
    equal((user.totp_enabled, user.backup_code_enabled), (False, False))
    none = {"user_id": made.id, "passkey_identification_id": "idn_" + "0" * 27}
    equal(recorder.refused("users.delete_passkey", 404, **none), "resource_not_found")
    recorder.call("users.delete", user_id=made.id)


def are_kept_out(recorder: Recorder, cast: Cast) -> None:
    """Bans and locks come and go, alone and in bulk."""
    ann, ben = cast.ann.id, cast.ben.id
    equal(recorder.call("users.ban", user_id=ann).banned, wanted=True)
    shut_out = recorder.call("users.list", request={"query": cast.stamp, "banned": True})
    equal([user.id for user in shut_out], [ann])
    equal(recorder.call("users.unban", user_id=ann).banned, wanted=False)
    banned = recorder.call("users.bulk_ban", user_ids=[ann, ben])
    equal(sorted(user.id for user in banned if user.banned), sorted([ann, ben]))
    unbanned = recorder.call("users.bulk_unban", user_ids=[ann, ben])
    equal([user.banned for user in unbanned], [False, False])
    equal(recorder.call("users.lock", user_id=ben).locked, wanted=True)
    equal(recorder.call("users.unlock", user_id=ben).locked, wanted=False)


def use_addresses(recorder: Recorder, cast: Cast) -> None:
    """Email addresses are added, proven, promoted, replaced and removed."""
    ann = cast.ann.id
    added = recorder.call(
        "email_addresses.create",
        request={"user_id": ann, "email_address": cast.email("second"), "verified": False},
    )
    equal(added.email_address, cast.email("second"))
    equal(recorder.call("email_addresses.get", email_address_id=added.id).id, added.id)
    asked = recorder.call("email_addresses.prepare_verification", email_address_id=added.id)
    equal(asked.status, "unverified")
    tried = recorder.call(
        "email_addresses.attempt_verification",
        email_address_id=added.id,
        verification_id=asked.id,
        code="000000",
    )
    equal(tried.status in {"unverified", "failed"}, wanted=True, about=tried)
    equal(tried.attempts, 1)
    promoted = recorder.call(
        "email_addresses.update", email_address_id=added.id, verified=True, primary=True
    )
    equal(promoted.verification.status, "verified")
    user = recorder.call("users.get", user_id=ann)
    equal(user.primary_email_address_id, added.id)
    first = cast.ann.email_addresses[0].id
    equal(recorder.call("email_addresses.delete", email_address_id=first).deleted, wanted=True)
    equal(recorder.refused("email_addresses.get", 404, email_address_id=first) != "", wanted=True)
    sole = recorder.call(
        "email_addresses.replace_for_user", user_id=ann, email_address=cast.email("third")
    )
    user = recorder.call("users.get", user_id=ann)
    equal([each.id for each in user.email_addresses], [sole.id])
    taken = {"user_id": ann, "email_address": cast.email("ben")}
    equal(recorder.refused("email_addresses.create", 409, 422, request=taken) != "", wanted=True)


def use_phones(recorder: Recorder, cast: Cast) -> None:
    """Phone numbers are added, proven, promoted, replaced and removed."""
    ann, number = cast.ann.id, cast.phone()
    added = recorder.call(
        "phone_numbers.create",
        request={"user_id": ann, "phone_number": number, "verified": False},
    )
    equal(added.phone_number, number)
    equal(recorder.call("phone_numbers.get", phone_number_id=added.id).reserved, wanted=False)
    asked = recorder.call("phone_numbers.prepare_verification", phone_number_id=added.id)
    equal(asked.status, "unverified")
    tried = recorder.call(
        "phone_numbers.attempt_verification",
        phone_number_id=added.id,
        verification_id=asked.id,
        code="000000",
    )
    equal(tried.status in {"unverified", "failed"}, wanted=True, about=tried)
    promoted = recorder.call(
        "phone_numbers.update", phone_number_id=added.id, verified=True, primary=True
    )
    equal(promoted.verification.status, "verified")
    first = cast.ann.phone_numbers[0].id
    equal(recorder.call("phone_numbers.delete", phone_number_id=first).deleted, wanted=True)
    user = recorder.call("users.get", user_id=ann)
    lacks((each.id for each in user.phone_numbers), first)
    contains((each.id for each in user.phone_numbers), user.primary_phone_number_id)
    other = cast.phone()
    recorder.call("phone_numbers.replace_for_user", user_id=ann, phone_number=other)
    user = recorder.call("users.get", user_id=ann)
    equal([each.phone_number for each in user.phone_numbers], [other])


def leave(recorder: Recorder, cast: Cast) -> None:
    """Deleted users are gone."""
    for user in (cast.ann, cast.ben):
        gone = recorder.call("users.delete", user_id=user.id)
        equal((gone.object, gone.id, gone.deleted), ("user", user.id, True))
    equal(recorder.refused("users.get", 404, user_id=cast.ann.id), "resource_not_found")
    equal(recorder.call("users.count", request={"query": cast.stamp}).total_count, 0)
