"""People with passkeys, and what their devices answer."""

from typing import Any

from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import BegunPasskey, Passkey
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, NewSignIn
from tests.authenticator import Authenticator
from tests.world import World


def answered(world: World, who: Any, begun: BegunPasskey, text: str, **more: Any) -> Any:
    """Hand a device's answer in."""
    return world.call(
        who,
        passkeys.attempt_verification,
        passkey_id=begun.passkey.id,
        public_key_credential=text,
        **more,
    )


async def registered(
    world: World, name: str, device: Authenticator | None = None
) -> tuple[Authenticator, Passkey]:
    """A passkey of the person of that name, on a device."""
    device = device or Authenticator()
    await world.user(name)
    begun = await world.call(name, passkeys.begin)
    return device, await answered(world, name, begun, device.make(begun.options))


async def asked(tab: Any, identifier: str | None = None) -> tuple[str, str]:
    """Begin a sign-in by passkey; its id, and what the device is asked."""
    new = NewSignIn(strategy="passkey", identifier=identifier)
    sign_in = (await tab.call(sign_ins.create, new=new)).view.sign_in
    return sign_in.id, sign_in.first_check.nonce


def signed_in(tab: Any, sign_in_id: str, text: str, **more: Any) -> Any:
    """Hand a device's proof in."""
    given = Answer(strategy="passkey", public_key_credential=text)
    return tab.call(sign_ins.attempt_first_factor, sign_in_id=sign_in_id, given=given, **more)
