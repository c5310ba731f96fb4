"""Rules run on the route that was matched, however its path was written."""

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.live import live

KEYED = "/v1/organization_roles"
RPC = "/rpc/v1/organizations/roles"

WRITTEN = [
    KEYED,
    KEYED + "/",
    KEYED + "?x=/v1/jwks",
    KEYED + "#/public",
    KEYED + "%00",
    KEYED + "%2f",
    KEYED + ";x=y",
    KEYED + "/.",
    KEYED + "/../organization_roles",
    KEYED.upper(),
    "/V1/organization_roles",
    "/%76%31/organization_roles",
    "/v1/%6frganization_roles",
    "/v1%2Forganization_roles",
    "/v1%252Forganization_roles",
    "/v1//organization_roles",
    "//v1/organization_roles",
    "//evil.test/v1/organization_roles",
    "/./v1/organization_roles",
    "/v1/./organization_roles",
    "/images/../v1/organization_roles",
    "/images/%2e%2e/v1/organization_roles",
    "/images/..%2fv1/organization_roles",
    "/.well-known/../v1/organization_roles",
    "/v1/jwks/../organization_roles",
    "/v1\\organization_roles",
    "/rpc/../v1/organization_roles",
    RPC,
    "/rpc/v1/organizations/../organizations/roles",
    "/RPC/v1/organizations/roles",
    "/rpc/v1//organizations/roles",
    "/rpc%2fv1/organizations/roles",
    "http://127.0.0.1" + KEYED,
    "http://evil.test" + KEYED,
    "http://evil.test/images/.." + KEYED,
    "https://evil.test:99999" + KEYED,
]
HOSTS = ["evil.test", "", "127.0.0.1@evil.test", "evil.test/v1/jwks", "a" * 2000, "[::1", "\xe9"]


@pytest.fixture(scope="module")
def server(settings):
    with live(settings, "paths.test") as found:
        yield found


async def send(
    server, target: str, *, key: str | None, host: str = "127.0.0.1"
) -> tuple[int, bytes]:
    """Send a request line as it is. Returns: the status (0 where there was no answer), and all."""
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    method = "POST" if "rpc" in target.lower() else "GET"
    lines = [f"{method} {target} HTTP/1.1", f"host: {host}", "connection: close"]
    if method == "POST":
        lines.append("content-length: 0")
    if key is not None:
        lines.append(f"authorization: Bearer {key}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return (int(answer.split(b" ", 2)[1]) if answer else 0), answer


@pytest.mark.security("G8")
@pytest.mark.parametrize("target", WRITTEN)
async def test_a_path_opens_nothing_by_the_way_it_is_written(server, target):
    with_key, _ = await send(server, target, key=server.secret_key)
    without, answer = await send(server, target, key=None)
    assert with_key < 500
    if with_key == 200:
        # It is the route, so the route's own rule is met.
        assert without == 401
    else:
        assert without in (400, 401, 404)
    assert b'"permissions"' not in answer


@pytest.mark.security("G8")
async def test_the_routes_themselves_answer(server):
    for target in (KEYED, RPC):
        status, answer = await send(server, target, key=server.secret_key)
        assert status == 200
        assert b'"permissions"' in answer


@pytest.mark.security("G8")
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("target", [KEYED, RPC])
async def test_a_host_changes_neither_the_rules_nor_the_answer(server, target, host):
    assert (await send(server, target, key=None, host=host))[0] in (400, 401)
    status, answer = await send(server, target, key=server.secret_key, host=host)
    assert status in (200, 400)
    assert b"evil.test" not in answer


@pytest.mark.security("G8")
async def test_an_encoded_slash_does_not_carry_an_id_into_another_rule(server):
    for target in ("/v1/users/x%2Fban", "/v1/users/x%2F..%2F..%2Fjwks", "/v1/users/..%2Fjwks"):
        status, answer = await send(server, target, key=None)
        assert status in (400, 401, 404, 405)
        assert b'"keys"' not in answer
