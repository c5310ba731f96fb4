"""Enrolls the people of a domain who are here already when it begins to enroll, batch by batch."""

from charter.core.organization_domains import queries
from charter.core.organization_domains.claiming import ENROLL
from charter.core.organization_domains.model import DomainNotFound
from charter.core.suggestions.enrolling import enroll as enroll_user
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

BATCH = 200
"""Users enrolled in one transaction."""


@operation(
    "organization_domains.enroll",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(DomainNotFound,),
)
async def enroll(
    ctx: Context, organization_id: str, domain_id: str, after_user_id: str = ""
) -> int:
    """Enroll the next users with a verified address of a domain, and ask for those after them.

    after_user_id: the last user of the batch before.
    Returns: how many users were looked at, at most BATCH.
    Raises: DomainNotFound.
    Announces: OrganizationInvitationCreated, SuggestionCreated.
    """
    await ctx.allow()
    domain = await queries.get_domain(ctx.db, organization_id, domain_id, ctx.now)
    if not domain.is_verified:
        return 0
    people = await queries.people_of(ctx.db, domain.name, after_user_id, BATCH)
    for person in people:
        await enroll_user(ctx, person.user_id, [person.address_key])
    if len(people) == BATCH:
        following = {"after_user_id": people[-1].user_id}
        place = {"organization_id": organization_id, "domain_id": domain_id}
        ctx.defer(ENROLL, {**place, **following})
    return len(people)


async def enroll_people(platform: Platform, job: ClaimedJob) -> None:
    """Enroll the batch that a job names; a domain that was given up meanwhile enrolls nobody."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    try:
        await run(platform, actor, enroll, arguments=job.payload)
    except DomainNotFound:
        return
