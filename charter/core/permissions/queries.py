"""Every SQL statement about permissions."""

from charter.core.permissions.tables import permissions
from charter.kernel.db import inserting

INSERT = inserting(permissions)
