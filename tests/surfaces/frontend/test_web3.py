"""Wallets through the Frontend API."""

import pytest

from tests.wallets import Wallet

STRATEGY = "web3_metamask_signature"


@pytest.fixture
async def browser(world):
    """A browser, where wallets are in use and nothing else is asked for."""
    await world.configure(
        attributes={
            "web3_wallet": {"is_enabled": True},
            "email_address": {"is_required": False},
        }
    )
    made = world.browser()
    yield made
    await made.close()


def code_of(answer) -> str:
    return answer.json()["errors"][0]["code"]


async def test_a_wallet_signs_up_and_then_in(world, browser):
    wallet = Wallet()
    begun = await browser.post("/client/sign_ups", {"web3_wallet": wallet.address})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    asked = await browser.post(path + "/prepare_verification", {"strategy": STRATEGY})
    check = asked.json()["response"]["verifications"]["web3_wallet"]
    assert check["message"] == check["nonce"]
    assert "\napp.test wants" in "\n" + check["message"]
    done = await browser.post(
        path + "/attempt_verification",
        {"strategy": STRATEGY, "signature": wallet.sign(check["message"])},
    )
    assert done.json()["response"]["status"] == "complete"
    shown = done.json()["client"]["sessions"][0]["user"]["web3_wallets"][0]
    assert shown["web3_wallet"] == wallet.address
    await browser.delete("/client/sessions")
    begun = await browser.post("/client/sign_ins", {"identifier": wallet.address})
    found = begun.json()["response"]
    factor = next(each for each in found["supported_first_factors"] if each["strategy"] == STRATEGY)
    path = f"/client/sign_ins/{found['id']}"
    asked = await browser.post(
        path + "/prepare_first_factor",
        {"strategy": STRATEGY, "web3_wallet_id": factor["web3_wallet_id"]},
    )
    message = asked.json()["response"]["first_factor_verification"]["message"]
    wrong = await browser.post(
        path + "/attempt_first_factor",
        {"strategy": STRATEGY, "signature": Wallet().sign(message)},
    )
    assert (wrong.status_code, code_of(wrong)) == (422, "form_param_value_invalid")
    done = await browser.post(
        path + "/attempt_first_factor",
        {"strategy": STRATEGY, "signature": wallet.sign(message)},
    )
    assert done.json()["response"]["status"] == "complete"
    assert done.json()["client"]["last_authentication_strategy"] == STRATEGY


async def test_a_wallet_of_one_s_own_is_added_proven_and_removed(browser):
    await browser.sign_in("ann")
    wallet = Wallet()
    made = await browser.post("/me/web3_wallets", {"web3_wallet": wallet.address})
    assert made.json()["response"]["verification"] is None
    path = f"/me/web3_wallets/{made.json()['response']['id']}"
    asked = await browser.post(path + "/prepare_verification", {"strategy": STRATEGY})
    check = asked.json()["response"]["verification"]
    assert (check["status"], check["object"]) == ("unverified", "verification_web3")
    done = await browser.post(
        path + "/attempt_verification", {"signature": wallet.sign(check["nonce"])}
    )
    assert done.json()["response"]["verification"]["status"] == "verified"
    assert (await browser.get(path)).json()["response"]["web3_wallet"] == wallet.address
    assert len((await browser.get("/me/web3_wallets")).json()) == 1
    gone = await browser.delete(path)
    assert gone.json()["response"]["deleted"] is True
    assert gone.json()["client"]["sessions"][0]["user"]["web3_wallets"] == []


async def test_mistakes_with_wallets_are_told(world, browser):
    await browser.sign_in("ann")
    wallet = Wallet()
    await world.user("ben", web3_wallets=[wallet.address])
    answer = await browser.post("/me/web3_wallets", {"web3_wallet": wallet.address})
    assert (answer.status_code, code_of(answer)) == (422, "form_identifier_exists")
    answer = await browser.post("/me/web3_wallets", {"web3_wallet": "0x12"})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_format_invalid")
    made = await browser.post("/me/web3_wallets", {"web3_wallet": Wallet().address})
    path = f"/me/web3_wallets/{made.json()['response']['id']}"
    answer = await browser.post(path + "/attempt_verification", {"signature": "0x"})
    assert (answer.status_code, code_of(answer)) == (400, "verification_missing")
    answer = await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    assert (answer.status_code, code_of(answer)) == (422, "strategy_for_user_invalid")
    assert (await browser.get("/me/web3_wallets/idn_x")).status_code == 404
    assert (await browser.delete("/me/web3_wallets/idn_x")).status_code == 404
