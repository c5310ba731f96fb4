"""Signing in by an account at a provider."""

import pytest

from charter.core.checks.model import CheckStatus
from charter.core.external_accounts.model import TransferInvalid
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn, SignInStatus
from charter.core.users import operations as users
from charter.core.users import restrictions
from charter.core.users.model import IdentificationStatus, UserPatch
from tests.elsewhere import RETURN_URL, STRATEGY, add, begin_sign_in, come_back, sign_in, sign_up
from tests.flows import Tab
from tests.sent import sent


async def test_who_signed_up_by_a_provider_signs_in_by_it(world, provider):
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    found = await sign_in(Tab(world), provider)
    assert found.status is SignInStatus.COMPLETE
    assert found.user_id == made.created_user_id


async def test_the_browser_goes_back_to_where_it_asked_to(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    returned = await come_back(tab, provider, begun.first_check)
    assert returned.location == "http://app.test/sso-callback"


async def test_who_has_nothing_left_to_do_goes_on_to_where_they_wanted(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    urls = {"redirect_url": RETURN_URL, "action_complete_redirect_url": "http://app.test/home"}
    tab = Tab(world)
    made = await tab.call(sign_ins.create, new=NewSignIn(strategy=STRATEGY, **urls))
    done = await come_back(tab, provider, made.view.sign_in.first_check)
    assert done.location.startswith("http://app.test/home?")
    provider.person |= {"sub": "ben-there", "email": None}
    other = Tab(world)
    made = await other.call(sign_ins.create, new=NewSignIn(strategy=STRATEGY, **urls))
    waiting = await come_back(other, provider, made.view.sign_in.first_check)
    assert waiting.location == RETURN_URL


async def test_nobody_here_can_be_taken_over_by_a_sign_up(world, provider):
    await add(world, provider)
    found = await sign_in(Tab(world), provider)
    assert found.status is SignInStatus.NEEDS_IDENTIFIER
    assert found.first_check.status is CheckStatus.TRANSFERABLE
    assert found.first_check.error["code"] == "external_account_unknown"


@pytest.mark.security("F1")
async def test_the_same_address_under_another_subject_is_another_person(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    provider.person["sub"] = "somebody-else"
    found = await sign_in(Tab(world), provider)
    assert found.first_check.status is CheckStatus.FAILED
    assert found.first_check.error["code"] == "address_not_proven"


@pytest.mark.security("F1")
async def test_a_changed_address_is_the_same_person(world, provider):
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    provider.person["email"] = "renamed@gmail.test"
    found = await sign_in(Tab(world), provider)
    assert found.user_id == made.created_user_id
    user = await world.call(None, users.get, user_id=made.created_user_id)
    assert user.external_accounts[0].email_address == "renamed@gmail.test"
    assert [row.address for row in user.email_addresses] == ["ann@gmail.test"]


@pytest.mark.security("F1")
async def test_the_same_subject_at_another_provider_is_another_person(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    await world.sql(
        "UPDATE external_accounts SET issuer = 'https://other.test' WHERE instance_id = $1",
        world.instance_id,
    )
    provider.person["email"] = None
    found = await sign_in(Tab(world), provider)
    assert found.first_check.status is CheckStatus.TRANSFERABLE


@pytest.mark.security("F2")
@pytest.mark.parametrize("says_verified", [True, False, None, "true", 1, "yes"])
@pytest.mark.parametrize("trusted", ["gmail.test", "other.test"])
@pytest.mark.parametrize("is_proven_here", [True, False])
async def test_an_address_links_only_what_both_sides_have_proven(
    world, provider, says_verified, trusted, is_proven_here
):
    await add(world, provider, trusted_domains=(trusted,))
    status = IdentificationStatus.VERIFIED if is_proven_here else IdentificationStatus.RESERVED
    ann = await world.user("ann", email="ann@gmail.test", email_address_statuses=[status])
    provider.person["email_verified"] = says_verified
    found = await sign_in(Tab(world), provider)
    is_linked = says_verified is True and trusted == "gmail.test" and is_proven_here
    ann = await world.call(None, users.get, user_id=ann.id)
    assert bool(ann.external_accounts) is is_linked
    if is_linked:
        assert found.status is SignInStatus.COMPLETE
        assert found.user_id == ann.id
    else:
        assert found.first_check.error["code"] == "address_not_proven"
        assert found.created_session_id is None


@pytest.mark.security("F2")
async def test_an_address_that_was_never_proven_here_is_nobodys(world, provider):
    await add(world, provider)
    ann = await world.user("ann")
    await world.sql(
        "UPDATE email_addresses SET address = 'ann@gmail.test', address_key = 'ann@gmail.test',"
        " verification_status = NULL, verification_strategy = NULL WHERE user_id = $1",
        ann.id,
    )
    found = await sign_in(Tab(world), provider)
    assert found.first_check.status is CheckStatus.TRANSFERABLE


async def test_who_is_linked_by_an_address_is_told_by_mail(world, provider):
    await add(world, provider)
    await world.user("ann", email="ann@gmail.test")
    await sign_in(Tab(world), provider)
    (message,) = await sent(world, "ann@gmail.test")
    assert "was connected to your account" in message.subject


async def test_who_is_signed_in_here_already_is_told_the_session(world, provider):
    await add(world, provider)
    tab = Tab(world)
    made = await sign_up(tab, provider)
    found = await sign_in(tab, provider)
    assert found.first_check.status is CheckStatus.FAILED
    assert found.first_check.error["code"] == "already_signed_in"
    assert found.first_check.error["meta"] == {"session_id": made.created_session_id}


@pytest.mark.parametrize(
    ("operation", "code"), [(restrictions.ban, "user_banned"), (restrictions.lock, "user_locked")]
)
async def test_who_is_kept_out_does_not_come_in_by_a_provider(world, provider, operation, code):
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    await world.call(None, operation, user_id=made.created_user_id)
    found = await sign_in(Tab(world), provider)
    assert found.first_check.error["code"] == code
    assert found.status is SignInStatus.NEEDS_IDENTIFIER


async def test_a_second_factor_is_asked_for_all_the_same(world, provider):
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    await world.call(
        None,
        users.update,
        user_id=made.created_user_id,
        patch=UserPatch(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    )
    found = await sign_in(Tab(world), provider)
    assert found.status is SignInStatus.NEEDS_SECOND_FACTOR


async def test_a_sign_in_takes_over_whom_a_sign_up_found(world, provider):
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    tab = Tab(world)
    again = await sign_up(tab, provider)
    assert again.external_check.status is CheckStatus.TRANSFERABLE
    assert again.external_check.error["code"] == "external_account_exists"
    done = await tab.call(sign_ins.create, new=NewSignIn(transfer=True))
    assert done.view.sign_in.status is SignInStatus.COMPLETE
    assert done.view.sign_in.user_id == made.created_user_id


@pytest.mark.security("F3")
async def test_what_was_found_is_taken_over_once_and_by_its_own_browser(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    tab, other = Tab(world), Tab(world)
    await sign_up(tab, provider)
    await begin_sign_in(other)
    with pytest.raises(TransferInvalid):
        await other.call(sign_ins.create, new=NewSignIn(transfer=True))
    await tab.call(sign_ins.create, new=NewSignIn(transfer=True))
    with pytest.raises(TransferInvalid):
        await tab.call(sign_ins.create, new=NewSignIn(transfer=True))


@pytest.mark.security("F10")
async def test_what_a_provider_says_gives_no_rights(world, provider):
    await add(world, provider)
    provider.person |= {"role": "admin", "groups": ["org:admin"], "public_metadata": {"is": 1}}
    made = await sign_up(Tab(world), provider)
    user = await world.call(None, users.get, user_id=made.created_user_id)
    assert user.public_metadata == user.private_metadata == user.unsafe_metadata == {}
    rows = await world.sql("SELECT * FROM memberships WHERE user_id = $1", user.id)
    assert rows == []
