"""How ids and roles are written in account tokens: another prefix, the same body.

The Accounts API writes them so too, so that what a token says can be asked for there.
"""

from charter.core.vocabulary import CREATOR_ROLE

PREFIXES = {
    "org_": "acc_",
    "user_": "uid_",
    "ins_": "app_",
    "oa_": "cid_",
    "orgmem_": "mbr_",
    "orginv_": "ivt_",
}
"""Core prefix → prefix in tokens."""
OWNER = "owner"


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
    """A role as tokens write it: `owner`, or what its key calls it."""
    if role_key is None:
        return None
    return OWNER if role_key == CREATOR_ROLE else role_key.removeprefix("org:")
