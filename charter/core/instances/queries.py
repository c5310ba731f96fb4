"""Every SQL statement about instances and applications."""

from typing import Any

from sqlalchemy import Text, bindparam, exists, func, select, union, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.accountless_applications.tables import accountless_applications
from charter.core.aggregates import gathered, object_of
from charter.core.applications.tables import applications
from charter.core.instance_domains.tables import instance_domains
from charter.core.instances.model import InitialRoles, Instance, InstanceExists, Satellite
from charter.core.instances.tables import instances
from charter.core.plans.tables import plans
from charter.core.redirect_urls.tables import redirect_urls
from charter.core.role_sets.tables import role_sets
from charter.core.roles.tables import roles
from charter.core.statements import NOW, refers, word
from charter.kernel.db import INSTANCE, Statement, inserting


def _role_key(role_id: Any) -> Any:
    of_role = roles.alias()
    return (
        select(of_role.c.key).where(refers(role_id, of_role)).correlate(role_sets).scalar_subquery()
    )


_initial = {
    "role_set_key": role_sets.c.key,
    "creator_role_key": _role_key(role_sets.c.creator_role_id),
    "default_role_key": _role_key(role_sets.c.default_role_id),
}


def _instances(instance_id: Any) -> Any:
    """Instances with what belongs to them. instance_id: of the instance of a row."""

    def of_primary(name: str) -> Any:
        found = select(instance_domains.c[name]).where(
            instance_domains.c.instance_id == instance_id,
            instance_domains.c.is_satellite.is_(False),
        )
        return found.correlate(instances).scalar_subquery().label(name)

    listed = select(redirect_urls.c.href).where(redirect_urls.c.instance_id == instance_id)
    keyless = accountless_applications.c.instance_id == instance_id
    claimed = select(accountless_applications.c.claimed_at).where(keyless)
    initial = select(object_of(InitialRoles, _initial.__getitem__)).where(
        role_sets.c.instance_id == instance_id, role_sets.c.type == word("initial")
    )
    return select(
        instances.c.id,
        instances.c.application_id,
        instances.c.environment,
        instances.c.frontend_host,
        instances.c.settings,
        instances.c.created_at,
        instances.c.updated_at,
        applications.c.name.label("application_name"),
        func.array(listed.correlate(instances).scalar_subquery(), type_=ARRAY(Text)).label(
            "redirect_urls"
        ),
        initial.limit(1).correlate(instances).scalar_subquery().label("initial_roles"),
        *(of_primary(name) for name in ("home_origin", "proxy_url")),
        gathered(
            Satellite,
            instance_domains,
            instance_domains.c.instance_id == instance_id,
            instance_domains.c.is_satellite.is_(True),
            correlate=instances,
        ).label("satellites"),
        exists().where(plans.c.instance_id == instance_id).correlate(instances).label("has_plans"),
        exists().where(keyless).correlate(instances).label("is_accountless"),
        claimed.correlate(instances).scalar_subquery().label("claimed_at"),
    ).join(applications, applications.c.id == instances.c.application_id)


INSTANCE_BY_ID = Statement(_instances(INSTANCE).where(instances.c.id == INSTANCE), Instance)
ALL_INSTANCES = Statement(
    _instances(instances.c.id).order_by(instances.c.created_at, instances.c.id),
    Instance,
    across_instances="the operator lists all instances of the server",
)
LOCK_SETTINGS = Statement[None](
    # Not more than the change itself takes: rows that refer to the instance are made meanwhile.
    select(instances.c.settings).where(instances.c.id == INSTANCE).with_for_update(key_share=True)
)
UPDATE_SETTINGS = Statement[None](
    update(instances)
    .where(instances.c.id == INSTANCE)
    .values(settings=bindparam("settings", type_=JSONB), updated_at=NOW)
)
INSERT_APPLICATION = inserting(applications)
INSERT_INSTANCE = inserting(
    instances,
    violates={
        "uq_instances_application_id": InstanceExists,
        "uq_instances_application_id_environment_frontend_host": InstanceExists,
    },
)
_hosts = [bindparam("host", type_=Text), bindparam("name", type_=Text)]
IDS_BY_HOST = Statement[None](
    union(
        select(instances.c.id).where(instances.c.frontend_host.in_(_hosts)),
        select(instance_domains.c.instance_id).where(
            instance_domains.c.is_satellite.is_(True), instance_domains.c.held_host.in_(_hosts)
        ),
    ).limit(2),
    across_instances="the host tells which instance it is",
)
ID_BY_ID = Statement[None](
    select(instances.c.id).where(instances.c.id == bindparam("id", type_=Text)),
    across_instances="the path tells which instance it is",
)
ANY_TWO = Statement[None](
    # Those of keyless starts have hosts of their own: nobody can take the name away by making one.
    select(instances.c.id)
    .where(~exists().where(accountless_applications.c.instance_id == instances.c.id))
    .limit(2),
    across_instances="a server with one instance needs no name",
)
