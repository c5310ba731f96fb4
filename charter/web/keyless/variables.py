"""What an app puts into its environment to go on with an instance."""

from collections.abc import Mapping

from charter.core.instances.model import Instance
from charter.core.keys.model import publishable_key
from charter.kernel.platform import Addresses

PREFIXES: Mapping[str, str] = {
    "nextjs": "NEXT_PUBLIC_",
    "react-router": "VITE_",
    "tanstack-react-start": "VITE_",
    "tanstack-start": "VITE_",
}
"""By framework, how the names begin of what its builds pass on to browsers."""


def variables(
    instance: Instance, addresses: Addresses, source: str | None, secret_key: str | None
) -> tuple[tuple[str, str], ...]:
    """Names and values, as existing clients read them; without a secret key where there is none.

    Browsers' clients ask https at the host of the publishable key, unless they are told of a proxy
    and of the scripts: on a server of plain http they have to be.
    """
    prefix = PREFIXES.get(source or "", "")
    found = [
        (
            f"{prefix}CLERK_PUBLISHABLE_KEY",
            publishable_key(instance.environment.mark, instance.frontend_host),
        ),
        ("CLERK_API_URL", addresses.api_url),
    ]
    if secret_key is not None:
        found.insert(0, ("CLERK_SECRET_KEY", secret_key))
    if addresses.frontend_url.startswith("http:"):
        proxy = f"{addresses.frontend_url}/frontend/i/{instance.id}"
        scripts = f"{addresses.frontend_url}/frontend/npm/@clerk"
        found += [
            (f"{prefix}CLERK_PROXY_URL", proxy),
            (f"{prefix}CLERK_JS_URL", f"{scripts}/clerk-js@6/dist/clerk.browser.js"),
            (f"{prefix}CLERK_UI_URL", f"{scripts}/ui@1/dist/ui.browser.js"),
        ]
    return tuple(found)
