"""The addresses that interfaces are told lead to pages that are there."""

from charter.surfaces.frontend.environment import PAGES as TOLD
from charter.web.portal.routes import PAGES


def test_every_page_that_interfaces_are_told_of_is_there():
    served = {f"/{page.path}" for page in PAGES}
    assert set(TOLD.values()) - served == set()
