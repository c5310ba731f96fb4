"""Writes the first page of a development server, which says what is here and where."""

from dataclasses import dataclass

from charter.web.pages import TEMPLATES


@dataclass(frozen=True, slots=True)
class Place:
    """An address of this server and what it is for, in one sentence."""

    name: str
    url: str
    purpose: str


ACCOUNT = Place(
    "Account portal", "/account", "Sign-in, sign-up, profile and organizations, for any app."
)
OUTBOX = Place("Outbox", "/dev/outbox", "Every mail this server would send, with codes and links.")


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page says. No secret belongs here.

    doors: the APIs that are served, with absolute addresses.
    links: pages of this server to go on with.
    """

    application_name: str
    version: str
    api_url: str
    publishable_key: str
    doors: tuple[Place, ...]
    frontend_url: str | None = None
    links: tuple[Place, ...] = (OUTBOX, ACCOUNT)


def render_home(home: Home, *, has_ticket: bool = False) -> str:
    """Write the page.

    has_ticket: a link in mail led here, which belongs to the app; the page says how to tell.
    """
    keys = [("API address", home.api_url), ("Publishable key", home.publishable_key)]
    if home.frontend_url:
        keys.insert(1, ("Frontend address", home.frontend_url))
    page = TEMPLATES.get_template("home/templates/home.html")
    return page.render(place="home", home=home, keys=keys, has_ticket=has_ticket)
