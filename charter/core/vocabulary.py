"""The permissions of the product, and which default role holds which: who may what."""

from enum import Enum

from charter.kernel.permission import Scope


class Permission(Enum):
    """What an operation asks for: its key, and where it is decided.

    Keys that begin with `org:sys_` are held by roles and shown through the doors; `org:view` is
    what every member has. The rest is decided by the kind of credential alone.
    """

    PUBLIC = ("public", Scope.PUBLIC)
    SELF = ("self", Scope.USER)

    INSTANCE_READ = ("instance:read", Scope.INSTANCE)
    INSTANCE_MANAGE = ("instance:manage", Scope.INSTANCE)
    KEYS_MANAGE = ("keys:manage", Scope.INSTANCE)
    AUDIT_READ = ("audit:read", Scope.INSTANCE)
    USERS_READ = ("users:read", Scope.INSTANCE)
    USERS_MANAGE = ("users:manage", Scope.INSTANCE)
    SESSIONS_READ = ("sessions:read", Scope.INSTANCE)
    SESSIONS_MANAGE = ("sessions:manage", Scope.INSTANCE)
    ORGANIZATIONS_READ = ("organizations:read", Scope.INSTANCE)
    ORGANIZATIONS_MANAGE = ("organizations:manage", Scope.INSTANCE)
    ROLES_READ = ("roles:read", Scope.INSTANCE)
    ROLES_MANAGE = ("roles:manage", Scope.INSTANCE)
    INVITATIONS_READ = ("invitations:read", Scope.INSTANCE)
    INVITATIONS_MANAGE = ("invitations:manage", Scope.INSTANCE)
    API_KEYS_MANAGE = ("api_keys:manage", Scope.INSTANCE)
    ACTOR_TOKENS_MANAGE = ("actor_tokens:manage", Scope.INSTANCE)
    SIGN_IN_TOKENS_MANAGE = ("sign_in_tokens:manage", Scope.INSTANCE)
    IDENTITY_PROVIDERS_MANAGE = ("identity_providers:manage", Scope.INSTANCE)
    ENTERPRISE_MANAGE = ("enterprise_connections:manage", Scope.INSTANCE)
    BILLING_READ = ("billing:read", Scope.INSTANCE)
    BILLING_MANAGE = ("billing:manage", Scope.INSTANCE)
    MACHINES_MANAGE = ("machines:manage", Scope.INSTANCE)
    OAUTH_APPLICATIONS_MANAGE = ("oauth_applications:manage", Scope.INSTANCE)
    AGENT_TASKS_MANAGE = ("agent_tasks:manage", Scope.INSTANCE)
    WAITLIST_READ = ("waitlist:read", Scope.INSTANCE)
    WAITLIST_MANAGE = ("waitlist:manage", Scope.INSTANCE)
    WEBHOOKS_MANAGE = ("webhooks:manage", Scope.INSTANCE)

    M2M_TOKENS_USE = ("m2m_tokens:use", Scope.MACHINE)

    ORGANIZATION_VIEW = ("org:view", Scope.ORGANIZATION)
    ORGANIZATION_MANAGE = ("org:sys_profile:manage", Scope.ORGANIZATION)
    ORGANIZATION_DELETE = ("org:sys_profile:delete", Scope.ORGANIZATION)
    MEMBERS_READ = ("org:sys_memberships:read", Scope.ORGANIZATION)
    MEMBERS_MANAGE = ("org:sys_memberships:manage", Scope.ORGANIZATION)
    DOMAINS_READ = ("org:sys_domains:read", Scope.ORGANIZATION)
    DOMAINS_MANAGE = ("org:sys_domains:manage", Scope.ORGANIZATION)
    ORGANIZATION_BILLING = ("org:sys_billing:manage", Scope.ORGANIZATION)
    TOKENS_READ = ("org:sys_api_keys:read", Scope.ORGANIZATION)
    TOKENS_MANAGE = ("org:sys_api_keys:manage", Scope.ORGANIZATION)
    FILES_MANAGE = ("org:sys_files:manage", Scope.ORGANIZATION)

    @property
    def key(self) -> str:
        """The name under which roles hold it."""
        return self.value[0]

    @property
    def scope(self) -> Scope:
        """Where it is decided."""
        return self.value[1]


SYSTEM_PERMISSIONS: dict[str, str] = {
    "org:sys_profile:manage": "Manage organization",
    "org:sys_profile:delete": "Delete organization",
    "org:sys_memberships:read": "Read members",
    "org:sys_memberships:manage": "Manage members",
    "org:sys_domains:read": "Read domains",
    "org:sys_domains:manage": "Manage domains",
    "org:sys_billing:read": "Read billing",
    "org:sys_billing:manage": "Manage billing",
    "org:sys_api_keys:read": "Read API keys",
    "org:sys_api_keys:manage": "Manage API keys",
    "org:sys_entconns:manage": "Manage enterprise connections",
    "org:sys_files:manage": "Manage files",
}
"""Key and name of the permissions that this server decides by; every instance has them."""

CREATOR_ROLE = "org:admin"
MANAGER_ROLE = "org:manager"
MEMBER_ROLE = "org:member"
VIEWER_ROLE = "org:viewer"

DEFAULT_ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    CREATOR_ROLE: ("Admin", tuple(SYSTEM_PERMISSIONS)),
    MANAGER_ROLE: (
        "Manager",
        (
            "org:sys_profile:manage",
            "org:sys_memberships:read",
            "org:sys_memberships:manage",
            "org:sys_domains:read",
            "org:sys_api_keys:read",
            "org:sys_api_keys:manage",
            "org:sys_files:manage",
        ),
    ),
    MEMBER_ROLE: ("Member", ("org:sys_memberships:read", "org:sys_files:manage")),
    VIEWER_ROLE: ("Viewer", ()),
}
"""Key, name and permissions of the roles that every instance starts with."""

TOKEN_PERMISSIONS = frozenset(
    {
        Permission.ORGANIZATION_VIEW.key,
        Permission.ORGANIZATION_MANAGE.key,
        Permission.MEMBERS_READ.key,
        Permission.MEMBERS_MANAGE.key,
        Permission.FILES_MANAGE.key,
    }
)
"""The most an organization's token may hold; never the making of further tokens."""
