"""Signing up, in and out with the official components, in every app."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor

APPS = ["static", "react", "express", "nextjs"]


@pytest.fixture(params=APPS)
def visitor(request: pytest.FixtureRequest, page: Page) -> Visitor:
    return Visitor(page, request.getfixturevalue(request.param))


async def test_a_person_signs_up_with_a_code_and_comes_back_with_the_password(visitor, request):
    name = f"ann-{request.node.callspec.id}"
    await visitor.sign_up(name)
    await visitor.sign_out()

    await visitor.begin_to_sign_in(name)
    await visitor.enter_password("not the password")
    await expect(visitor.mistake).to_have_text("The password is incorrect.")
    await visitor.enter_password()
    await visitor.is_in()
    await visitor.page.reload()
    await visitor.is_in()
    await visitor.sign_out()
