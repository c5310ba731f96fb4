"""The words of applications: the name and branding over instances."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Application:
    """The name over one or more instances."""

    id: str
    name: str
    owner_instance_id: str | None
    owner_organization_id: str | None
    created_at: datetime
    updated_at: datetime
