"""Registers a new person together with an organization of theirs, at once."""

from typing import Any

from charter.core.email_addresses.codes import ATTEMPTING_ERRORS, proof_of
from charter.core.email_addresses.queries import ROWS
from charter.core.identifiers import codes
from charter.core.identifiers.own import count_sent
from charter.core.instance_domains.model import SatelliteOnlyReads
from charter.core.instances.model import Instance
from charter.core.instances.satellites import require_primary
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import ATTEMPTS, FLOWS, limit
from charter.core.organizations import making
from charter.core.organizations.founding import found
from charter.core.organizations.model import (
    NewOrganization,
    OrganizationNameTaken,
    OrganizationSlugsDisabled,
    OrganizationsNotEnabled,
    SlugTaken,
)
from charter.core.organizations.registration import (
    NewPerson,
    NewRegistration,
    RegisteredPerson,
    Registration,
)
from charter.core.passwords import hashers
from charter.core.role_sets.model import RoleSetNotFound
from charter.core.sign_ups.admitting import ADMITTING_ERRORS, check_captcha, check_mode
from charter.core.sign_ups.blank import blank
from charter.core.sign_ups.filling import FILLING_ERRORS, filled
from charter.core.sign_ups.model import GivenFields
from charter.core.sign_ups.requirements import requirements
from charter.core.users.making import MAKING_ERRORS, make_user
from charter.core.users.model import IdentificationStatus, NewUser, User
from charter.core.users.texts import check_storable
from charter.core.verification import Verification
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation

FOUNDING_ERRORS = (
    OrganizationNameTaken,
    OrganizationSlugsDisabled,
    RoleSetNotFound,
    SlugTaken,
)
REGISTERING_ERRORS = (*MAKING_ERRORS, *FOUNDING_ERRORS)
"""What registering may raise, beyond the errors of any input."""


@operation(
    "organizations.register",
    permission=Permission.PUBLIC,
    raises=(
        *REGISTERING_ERRORS,
        *FILLING_ERRORS,
        *ADMITTING_ERRORS,
        OrganizationsNotEnabled,
        SatelliteOnlyReads,
    ),
)
async def register(ctx: Context, new: NewRegistration) -> Registration:
    """Make a user and an organization whose first member they are, in the creator's role.

    Every rule of a sign-up holds, and both are made or neither; what a sign-up can be asked for
    and this cannot give (a captcha, a number, a part of the app's server) refuses it. The
    address is not proven, and a code is mailed there. Where the instance lets nobody in before
    their address is proven, nobody signs in by it until the code is tried
    (`organizations.prove_registered`, or the app's server), and it is held for nobody: its true
    holder may sign up with it meanwhile, and the code proves nothing any more then; the user and
    the organization stay, for the instance to clear away. Elsewhere the address is reserved, as
    by a sign-up: who registered signs in by the password at once, and no other user can have it.
    Returns: both, with the verification that the code is for.
    Raises: ADMITTING_ERRORS, where not everybody may sign up; TooManyAttempts; MissingInput, for
        all that the instance requires; what the fields raise; TooManyCodes; EmailAddressTaken, when
        another user has proven or reserved it; OrganizationNameTaken, when another organization
        claims it; OrganizationsNotEnabled; SatelliteOnlyReads.
    Announces: UserCreated, OrganizationCreated, MembershipCreated.
    """
    instance = await _admitting(ctx)
    if not instance.settings.organizations.are_enabled:
        raise OrganizationsNotEnabled
    # Checked before the password is hashed, which costs the most.
    making.new_row(ctx, _organization(new, None), instance.settings)
    user = await _made(ctx, instance, new)
    return await _registered(ctx, instance, new, user, sends_code=True)


@operation(
    "users.register",
    permission=Permission.PUBLIC,
    raises=(*MAKING_ERRORS, *FILLING_ERRORS, *ADMITTING_ERRORS, SatelliteOnlyReads),
)
async def register_alone(ctx: Context, new: NewPerson) -> RegisteredPerson:
    """Make a user without an organization; all else is as in `organizations.register`.

    Returns: the user, with the verification that the code is for.
    Raises: what `organizations.register` raises of a person.
    Announces: UserCreated.
    """
    user = await _made(ctx, await _admitting(ctx), new)
    return RegisteredPerson(user, await _code_for(ctx, user))


@operation(
    "organizations.register_for",
    permission=Permission.USERS_MANAGE,
    raises=REGISTERING_ERRORS,
)
async def register_for(
    ctx: Context, new: NewRegistration, *, is_verified: bool = False
) -> Registration:
    """The same for a person whom the app's server vouches for: no rule of sign-ups holds.

    is_verified: whether it vouches for the address too; otherwise it is not proven, signs nobody
        in, is held for nobody, and is mailed a code.
    Raises: what making a user raises; OrganizationNameTaken.
    Announces: UserCreated, OrganizationCreated, MembershipCreated.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    making.new_row(ctx, _organization(new, None), instance.settings)
    check_storable({"first_name": new.first_name, "last_name": new.last_name})
    person = NewUser(
        email_addresses=[new.email_address],
        leaves_addresses_unproven=not is_verified,
        password=new.password,
        first_name=new.first_name,
        last_name=new.last_name,
        legal_accepted_at=ctx.now if new.legal_accepted else None,
    )
    user = await make_user(ctx, instance, person)
    return await _registered(ctx, instance, new, user, sends_code=not is_verified)


@operation(
    "organizations.prove_registered",
    permission=Permission.PUBLIC,
    raises=ATTEMPTING_ERRORS,
)
async def prove_registered(
    ctx: Context, email_address_id: str, verification_id: str, code: str
) -> Verification:
    """Prove the address of a registration by the code that was mailed there.

    The ids are those of the registration, told to nobody else. A wrong, late or worn-out code is
    told by the status of the answer.
    Raises: EmailAddressNotFound; VerificationNotFound; VerificationAlreadyVerified;
        EmailAddressTaken, when another user has proven the address meanwhile; TooManyAttempts.
    Announces: UserUpdated, when the address becomes verified.
    """
    await ctx.allow()
    await limit(ctx, await instance_of(ctx), ATTEMPTS)
    return await codes.attempt(
        ctx, ROWS, proof_of, email_address_id, verification_id=verification_id, code=code
    )


async def _admitting(ctx: Context) -> Instance:
    """The instance, if it lets anybody register now. Raises: ADMITTING_ERRORS and their like."""
    await ctx.allow()
    require_primary(ctx)
    instance = await instance_of(ctx)
    await limit(ctx, instance, FLOWS)
    check_mode(instance)
    await check_captcha(ctx, instance, None)
    return instance


async def _made(ctx: Context, instance: Instance, new: NewPerson) -> User:
    """A user by the rules of sign-ups. Raises: what they raise; TooManyCodes."""
    user = await make_user(ctx, instance, await _person(ctx, instance, new))
    # Anybody may have it sent: many registrations must not flood one inbox.
    await count_sent(ctx, user.email_addresses[0].address)
    return user


async def _person(ctx: Context, instance: Instance, new: NewPerson) -> NewUser:
    """What a user is made of, checked as a sign-up is. Raises: FILLING_ERRORS; MissingInput."""
    names = {"first_name": new.first_name or None, "last_name": new.last_name or None}
    check_storable(names)
    given: dict[str, Any] = {name: text for name, text in names.items() if text is not None}
    given |= {"email_address": new.email_address, "password": new.password}
    if new.legal_accepted:
        given["legal_accepted"] = True
    sign_up = await filled(ctx, instance, blank(ctx), GivenFields(**given))
    for name in (*requirements(instance, sign_up).missing, "email_address", "password"):
        if name not in given or not given[name]:
            raise MissingInput(name, reason="it is required")
    must_prove = instance.settings.attributes.email_address.is_verified_at_sign_up
    return NewUser(
        email_addresses=[new.email_address],
        email_address_statuses=[IdentificationStatus.RESERVED],
        leaves_addresses_unproven=must_prove,
        password_digest=sign_up.password_digest,
        password_hasher=hashers.NEW_HASHER,
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        legal_accepted_at=sign_up.legal_accepted_at,
    )


async def _registered(
    ctx: Context, instance: Instance, new: NewRegistration, user: User, *, sends_code: bool
) -> Registration:
    """The organization of a user just made, and the code for their address."""
    organization = _organization(new, user.id)
    row = making.new_row(ctx, organization, instance.settings)
    made = await found(ctx, organization, row)
    if not sends_code:
        return Registration(user, made, None)
    return Registration(user, made, await _code_for(ctx, user))


async def _code_for(ctx: Context, user: User) -> Verification:
    (address,) = user.email_addresses
    return await codes.prepare(ctx, ROWS, proof_of, address.id, "verification_code")


def _organization(new: NewRegistration, user_id: str | None) -> NewOrganization:
    return NewOrganization(
        name=new.organization_name,
        created_by=user_id,
        country=new.country,
        claims_name=new.claims_name,
        avatar_url=new.avatar_url,
        status=new.status,
    )
