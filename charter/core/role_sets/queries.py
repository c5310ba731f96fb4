"""Every SQL statement about role sets."""

from charter.core.role_sets.tables import role_set_roles, role_sets
from charter.kernel.db import inserting

INSERT = inserting(role_sets)
INSERT_ROLE = inserting(role_set_roles)
