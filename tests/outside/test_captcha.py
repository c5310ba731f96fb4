"""Asking a service whether a person sits before the browser."""

import dataclasses

from tests.telling_people import ROBOTS, SECRET, telling_people


async def test_the_service_decides_by_token_secret_and_address():
    async with telling_people() as service:
        captcha, good = service.captcha, service.token()
        assert await captcha.is_person(good, "192.0.2.1")
        assert not await captcha.is_person(good, None)
        assert not await captcha.is_person(service.token(ROBOTS), None)
        forger = dataclasses.replace(captcha, secret="another")
        assert not await forger.is_person(service.token(), None)
    assert service.sent[0] == {"secret": SECRET, "response": good, "remoteip": "192.0.2.1"}


async def test_with_the_service_away_people_are_let_through_and_huge_tokens_are_not():
    async with telling_people() as service:
        captcha = service.captcha
    assert await captcha.is_person("good", None)
    assert not await captcha.is_person("x" * 5000, None)
