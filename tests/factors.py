"""People with second factors, and what their apps and devices would show."""

import dataclasses
from datetime import datetime
from typing import Any

import pyotp

from charter.core.second_factors import operations as second_factors
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, NewSignIn
from charter.kernel.platform import Platform
from tests.world import World, later

PASSWORD = "a long pass phrase of mine"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(platform: Platform, secret: str = SEED, *, steps: int = 0) -> str:
    """What an app shows, so many steps from now."""
    moment: datetime = platform.clock()
    return pyotp.TOTP(secret).at(int(moment.timestamp()) + 30 * steps)


async def with_totp(world: World, name: str, **fields: Any) -> None:
    """A person with a password and an authenticator app."""
    await world.user(name, password=PASSWORD, totp_secret=SEED, **fields)


async def after_password(tab: Any, name: str) -> Any:
    """A sign-in of that person that waits for the second factor."""
    new = NewSignIn(identifier=f"{name}@example.com", password=PASSWORD)
    return (await tab.call(sign_ins.create, new=new)).view.sign_in


def second(tab: Any, sign_in: Any, strategy: str, code: str, **more: Any) -> Any:
    """Answer a sign-in's second factor."""
    given = Answer(strategy=strategy, code=code)
    return tab.call(sign_ins.attempt_second_factor, sign_in_id=sign_in.id, given=given, **more)


async def backup_codes(world: World, name: str) -> tuple[str, ...]:
    """Recovery codes of a person who has a second factor."""
    made = await world.call(name, second_factors.create_backup_codes)
    return tuple(made.codes)


def stopped(platform: Platform) -> Platform:
    """The same platform with its clock stopped."""
    now = platform.clock()
    return dataclasses.replace(platform, clock=lambda: now)


def half_a_minute_on(platform: Platform) -> Platform:
    """The next time step."""
    return later(platform, seconds=30)
