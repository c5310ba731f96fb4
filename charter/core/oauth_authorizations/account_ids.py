"""How ids and roles are written in account tokens: another prefix, the same body.

The Accounts API writes them so too, so that what a token says can be asked for there.
"""

from charter.core.vocabulary import CREATOR_ROLE, MEMBER_ROLE, VIEWER_ROLE

PREFIXES = {
    "org_": "acc_",
    "user_": "uid_",
    "ins_": "app_",
    "oa_": "cid_",
    "orgmem_": "mbr_",
    "orginv_": "ivt_",
}
"""Core prefix → prefix in tokens."""
ROLES = {CREATOR_ROLE: "owner", MEMBER_ROLE: "member", VIEWER_ROLE: "viewer"}
"""Key of a role → its name in tokens; another role keeps its key."""


def shown(own_id: str) -> str:
    """An id of ours as tokens write it; one of another kind stays as it is."""
    prefix, mark, body = own_id.partition("_")
    return PREFIXES.get(prefix + mark, prefix + mark) + body


def own(shown_id: str, prefix: str) -> str:
    """The id of ours behind one that a token or a caller writes.

    prefix: ours, such as `org_`. An id of another kind gives one that nothing has.
    """
    expected = PREFIXES[prefix]
    return prefix + (shown_id[len(expected) :] if shown_id.startswith(expected) else "")


def role_shown(role_key: str | None) -> str | None:
    """A role as tokens write it."""
    return None if role_key is None else ROLES.get(role_key, role_key)
