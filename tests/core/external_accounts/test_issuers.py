"""Who signs an ID token: one issuer, or one of many tenants that it names."""

import pytest

from charter.core.checks.model import CheckStatus
from charter.core.external_accounts import callback
from charter.core.sign_ins import operations as sign_ins
from tests.elsewhere import add, begin_sign_in, come_back, sign_in, sign_up
from tests.flows import Tab


async def add_tenants(world, provider):
    """A provider that signs for many tenants, each under a name of its own."""
    names = ("authorize_url", "token_url", "jwks_url")
    places = {name: f"{provider.issuer}/{name.partition('_')[0]}" for name in names}
    await add(world, provider, issuer=provider.issuer + "/{tid}/v2.0", **places)


def speak_for(provider, tenant, *, signed_by):
    provider.lies.claims = {"tid": tenant, "iss": f"{provider.issuer}/{signed_by}/v2.0"}


@pytest.mark.security("F1")
async def test_the_same_subject_in_another_tenant_is_another_person(world, provider):
    await add_tenants(world, provider)
    speak_for(provider, "one", signed_by="one")
    made = await sign_up(Tab(world), provider)
    assert made.created_user_id is not None
    provider.person["email"] = None
    speak_for(provider, "two", signed_by="two")
    found = await sign_in(Tab(world), provider)
    assert found.first_check.status is CheckStatus.TRANSFERABLE
    speak_for(provider, "one", signed_by="one")
    found = await sign_in(Tab(world), provider)
    assert found.user_id == made.created_user_id


@pytest.mark.security("F5")
@pytest.mark.parametrize("tenant", ["two", None, "", "../one", "one/..", 7, "x" * 65])
async def test_a_tenant_is_signed_for_by_its_own_issuer(world, provider, tenant):
    await add_tenants(world, provider)
    speak_for(provider, tenant, signed_by="one")
    found = await sign_in(Tab(world), provider)
    assert found.first_check.status is CheckStatus.FAILED
    assert found.first_check.error["code"] == "profile_failed"


@pytest.mark.security("F5")
async def test_a_code_of_another_browser_is_found_by_the_nonce_where_pkce_is_not_known(
    world, provider
):
    await add(world, provider)
    provider.lies.is_deaf_to_pkce = True
    attacker, victim = await begin_sign_in(Tab(world)), Tab(world)
    stolen = await provider.visit(attacker.first_check.redirect_url)
    begun = await begin_sign_in(victim)
    own = await provider.visit(begun.first_check.redirect_url)
    await victim.call(callback.answer, state=own["state"], code=stolen["code"])
    check = (await victim.call(sign_ins.get, sign_in_id=begun.id)).sign_in.first_check
    assert (check.status, check.error["code"]) == (CheckStatus.FAILED, "profile_failed")


async def test_a_provider_that_forgot_its_keys_proves_nothing(world, provider):
    await add(world, provider, jwks_url=f"{provider.issuer}/nothing")
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    await come_back(tab, provider, begun.first_check)
    check = (await tab.call(sign_ins.get, sign_in_id=begun.id)).sign_in.first_check
    assert check.error["code"] == "profile_failed"
