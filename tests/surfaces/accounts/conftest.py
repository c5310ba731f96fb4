"""People at the Accounts door."""

import pytest

from tests.surfaces.accounts.asking import Asking


@pytest.fixture
async def as_person(world):
    """`await as_person("ann")` is the door as Ann sees it; without a name, as the app's server."""

    async def of(name=None):
        if name is not None:
            await world.user(name)
        return Asking(world, name)

    return of


@pytest.fixture
async def ann(as_person):
    return await as_person("ann")


@pytest.fixture
async def zoe(as_person):
    return await as_person("zoe")


@pytest.fixture
async def server(as_person):
    return await as_person()
