"""Where an instance hides who is known, a stranger's sign-in costs what anybody's does."""

import dataclasses

import pytest

from charter.core.passwords.model import PasswordIncorrect
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn
from charter.kernel.work import WorkPool
from tests.flows import Tab

PASSWORD = "a long pass phrase of mine"  # of people in tests


class Counting(WorkPool):
    """Notes what it is given to do."""

    def __init__(self):
        super().__init__(1)
        self.ran = []

    def submit(self, piece):
        self.ran.append(piece.function.func.__name__)
        super().submit(piece)


@pytest.mark.security("A5")
async def test_a_password_for_nobody_is_hashed_like_any_other(world):
    await world.configure(sign_in={"hides_unknown_identifiers": True})
    await world.user("ann", password=PASSWORD)
    ran = {}
    for name in ("ann", "nobody"):
        work = Counting()
        platform = dataclasses.replace(world.platform, work=work)
        new = NewSignIn(identifier=f"{name}@example.com", password="a guess of somebody")
        with pytest.raises(PasswordIncorrect):
            await Tab(world).call(sign_ins.create, new=new, platform=platform)
        await work.close()
        ran[name] = work.ran
    assert ran == {"ann": ["verify"], "nobody": ["verify_absent"]}
