"""Links in mail, followed by a visitor of the pages."""

from urllib.parse import parse_qs, urlsplit

from tests.sent import sent


async def newest_link(world, address="ann@example.com"):
    """The newest link that was mailed."""
    return (await sent(world, address))[-1].links[0]


async def follow(visitor, url):
    """Open a link and press the button of its page, as far as there is one."""
    parts = urlsplit(url)
    assert parts.netloc == "auth.test"
    opened = await visitor.client.get(f"{parts.path}?{parts.query}")
    answer = opened
    if opened.status_code == 200:
        data = {"token": parse_qs(parts.query)["token"][0]}
        headers = {"origin": "http://auth.test", "sec-fetch-site": "same-origin"}
        answer = await visitor.client.post(
            parts.path, data=data, headers={**headers, "host": "auth.test"}
        )
    assert answer.status_code in (302, 303), answer.text
    back = urlsplit(answer.headers["location"])
    assert back.netloc == "auth.test"
    return await visitor._go(f"{back.path}?{back.query}")
