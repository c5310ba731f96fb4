"""People at the doors where a connector acts for them."""

import pytest


@pytest.fixture
def as_person(world, asking):
    """`await as_person("ann")` is the door as Ann sees it; without a name, as the app's server.

    asking: how the door is asked, which the folder of each door says.
    """

    async def of(name=None):
        if name is not None:
            await world.user(name)
        return asking(world, name)

    return of


@pytest.fixture
async def ann(as_person):
    return await as_person("ann")


@pytest.fixture
async def zoe(as_person):
    return await as_person("zoe")
