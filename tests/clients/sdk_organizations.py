"""The part of the story about organizations, their members, invitations, roles and role sets."""

from typing import Any

from sdk_cast import Cast, picture
from sdk_recorder import Recorder, contains, equal, lacks


def found(recorder: Recorder, cast: Cast) -> Any:
    """An organization is founded, found and changed."""
    created = recorder.call(
        "organizations.create",
        request={
            "name": f"Acme {cast.stamp}",
            "slug": f"acme-{cast.stamp}",
            "created_by": cast.ann.id,
            "public_metadata": {"size": {"staff": 3, "sites": 1}},
        },
    )
    equal((created.slug, created.created_by), (f"acme-{cast.stamp}", cast.ann.id))
    by_slug = recorder.call(
        "organizations.get", organization_id=created.slug, include_members_count=True
    )
    equal((by_slug.id, by_slug.members_count), (created.id, 1))
    listed = recorder.call("organizations.list", query=cast.stamp, include_members_count=True)
    equal((listed.total_count, listed.data[0].id), (1, created.id))
    theirs = recorder.call("organizations.list", user_id=[cast.ben.id])
    lacks((each.id for each in theirs.data), created.id)

    where = {"organization_id": created.id}
    updated = recorder.call(
        "organizations.update", **where, name=f"Acme Works {cast.stamp}", max_allowed_memberships=9
    )
    equal((updated.name, updated.max_allowed_memberships), (f"Acme Works {cast.stamp}", 9))
    merged = recorder.call(
        "organizations.merge_metadata", **where, public_metadata={"size": {"sites": None}}
    )
    equal(merged.public_metadata, {"size": {"staff": 3}})
    replaced = recorder.call(
        "organizations.replace_metadata", **where, public_metadata={"fresh": True}
    )
    equal(replaced.public_metadata, {"fresh": True})
    pictured = recorder.call(
        "organizations.upload_logo", **where, file=picture(), uploader_user_id=cast.ann.id
    )
    equal(pictured.has_image, wanted=True)
    equal(recorder.call("organizations.delete_logo", **where).has_image, wanted=False)
    return replaced


def gather(recorder: Recorder, cast: Cast, organization: Any) -> None:
    """Members join, rise, are described, and leave; the last admin stays."""
    where = {"organization_id": organization.id}
    who = where | {"user_id": cast.ben.id}
    joined = recorder.call("organization_memberships.create", **who, role="org:member")
    equal((joined.role, joined.organization.id), ("org:member", organization.id))
    equal(joined.public_user_data.user_id, cast.ben.id)
    recorder.refused("organization_memberships.create", 400, 422, **who, role="org:member")
    members = recorder.call("organization_memberships.list", **where, role=["org:member"])
    equal([each.id for each in members.data], [joined.id])
    equal(recorder.call("organization_memberships.list", **where).total_count, 2)
    raised = recorder.call("organization_memberships.update", **who, role="org:admin")
    equal(raised.role, "org:admin")
    described = recorder.call(
        "organization_memberships.update_metadata", **who, public_metadata={"desk": {"row": 4}}
    )
    equal(described.public_metadata, {"desk": {"row": 4}})
    mine = recorder.call("users.get_organization_memberships", user_id=cast.ben.id)
    equal([each.organization.id for each in mine.data], [organization.id])
    every = recorder.call("users.get_instance_organization_memberships", limit=500)
    contains((each.id for each in every.data), joined.id)
    left = recorder.call("organization_memberships.delete", **who)
    equal(left.id, joined.id)
    last = where | {"user_id": cast.ann.id}
    recorder.refused("organization_memberships.update", 422, **last, role="org:member")
    recorder.refused("organization_memberships.delete", 422, **last)


def invite(recorder: Recorder, cast: Cast, organization: Any) -> None:
    """Invitations are sent alone and in bulk, found from every side, and revoked."""
    where = {"organization_id": organization.id}
    role = {"role": "org:member", "notify": False}
    ben = cast.ben.email_addresses[0].email_address
    sent = recorder.call(
        "organization_invitations.create",
        **where,
        **role,
        email_address=ben,
        inviter_user_id=cast.ann.id,
        public_metadata={"from": "story"},
    )
    equal((sent.email_address, sent.status), (ben, "pending"))
    equal(sent.organization_id, organization.id)
    one = where | {"invitation_id": sent.id}
    equal(recorder.call("organization_invitations.get", **one).inviter_id, cast.ann.id)
    bulk = recorder.call(
        "organization_invitations.bulk_create",
        **where,
        request_body=[
            {"email_address": cast.email(name), "inviter_user_id": cast.ann.id, **role}
            for name in ("guest", "visitor")
        ],
    )
    wanted = {sent.id, *(each.id for each in bulk.data)}
    equal(len(wanted), 3)
    listed = recorder.call("organization_invitations.list", **where, status="pending")
    equal({each.id for each in listed.data}, wanted)
    pending = recorder.call("organization_invitations.list_pending", **where)
    equal({each.id for each in pending.data}, wanted)
    everywhere = recorder.call("organization_invitations.get_all", query=cast.stamp)
    equal({each.id for each in everywhere.data}, wanted)
    equal(everywhere.data[0].public_organization_data.id, organization.id)
    mine = recorder.call("users.get_organization_invitations", user_id=cast.ben.id)
    equal([each.id for each in mine.data], [sent.id])
    revoked = recorder.call(
        "organization_invitations.revoke", **one, requesting_user_id=cast.ann.id
    )
    equal((revoked.id, revoked.status), (sent.id, "revoked"))
    left = recorder.call("organization_invitations.list", **where, status="pending")
    equal(left.total_count, 2)


def rule(recorder: Recorder, cast: Cast) -> None:
    """Permissions and roles are made, tied together, and taken apart."""
    permissions = [
        recorder.call(
            "organization_permissions.create",
            name=f"{verb} reports",
            key=f"org:reports_{cast.stamp}:{verb}",
            description="What the story needs",
        )
        for verb in ("read", "manage")
    ]
    read, manage = permissions
    got = recorder.call("organization_permissions.get", permission_id=read.id)
    equal((got.key, got.type), (f"org:reports_{cast.stamp}:read", "user"))
    listed = recorder.call("organization_permissions.list", query=f"reports_{cast.stamp}")
    equal({each.id for each in listed.data}, {read.id, manage.id})
    renamed = recorder.call(
        "organization_permissions.update", permission_id=read.id, name="See reports"
    )
    equal(renamed.name, "See reports")

    role = recorder.call(
        "organization_roles.create",
        name="Auditor",
        key=f"org:auditor_{cast.stamp}",
        permissions=[read.id],
        include_in_initial_role_set=False,
    )
    equal([each.id for each in role.permissions], [read.id])
    one = {"organization_role_id": role.id}
    tie = one | {"permission_id": manage.id}
    tied = recorder.call("organization_roles.assign_permission", **tie)
    equal({each.id for each in tied.permissions}, {read.id, manage.id})
    untied = recorder.call("organization_roles.remove_permission", **tie)
    equal([each.id for each in untied.permissions], [read.id])
    equal(recorder.call("organization_roles.get", **one).key, f"org:auditor_{cast.stamp}")
    renamed = recorder.call("organization_roles.update", **one, description="Sees, changes not")
    equal((renamed.name, renamed.description), ("Auditor", "Sees, changes not"))
    listed = recorder.call("organization_roles.list", query=cast.stamp)
    equal([each.id for each in listed.data], [role.id])

    sets(recorder, cast, role.key)

    gone = recorder.call("organization_roles.delete", **one)
    equal((gone.id, gone.deleted), (role.id, True))
    recorder.refused("organization_roles.get", 404, **one)
    for each in permissions:
        gone = recorder.call("organization_permissions.delete", permission_id=each.id)
        equal(gone.deleted, wanted=True)


def sets(recorder: Recorder, cast: Cast, role_key: str) -> None:
    """A role set is made, gains a role, loses it, and gives way to the initial one."""
    key = f"role_set:team_{cast.stamp}"
    made = recorder.call(
        "role_sets.create",
        name="Team",
        key=key,
        default_role_key="org:member",
        creator_role_key="org:admin",
        roles=["org:admin", "org:member"],
    )
    equal((made.key, made.type), (key, "custom"))
    equal(made.default_role.key, "org:member")
    equal(recorder.call("role_sets.get", role_set_key_or_id=key).id, made.id)
    equal(recorder.call("role_sets.get", role_set_key_or_id=made.id).key, key)
    listed = recorder.call("role_sets.list", query=cast.stamp)
    equal([each.id for each in listed.data], [made.id])
    updated = recorder.call("role_sets.update", role_set_key_or_id=key, name="Crew")
    equal((updated.name, updated.key), ("Crew", key))
    wider = recorder.call("role_sets.add_roles", role_set_key_or_id=key, role_keys=[role_key])
    equal({each.key for each in wider.roles}, {"org:admin", "org:member", role_key})
    narrow = recorder.call(
        "role_sets.replace_role",
        role_set_key_or_id=key,
        role_key=role_key,
        to_role_key="org:member",
    )
    equal({each.key for each in narrow.roles}, {"org:admin", "org:member"})
    every = recorder.call("role_sets.list", limit=500)
    (initial,) = (each.key for each in every.data if each.type == "initial")
    replaced = recorder.call("role_sets.replace", role_set_key_or_id=key, dest_role_set_key=initial)
    equal((replaced.id, replaced.deleted), (made.id, True))
    recorder.refused("role_sets.get", 404, role_set_key_or_id=key)


def dissolve(recorder: Recorder, organization: Any) -> None:
    """A deleted organization is gone."""
    where = {"organization_id": organization.id}
    gone = recorder.call("organizations.delete", **where)
    equal((gone.object, gone.id, gone.deleted), ("organization", organization.id, True))
    recorder.refused("organizations.get", 404, **where)
