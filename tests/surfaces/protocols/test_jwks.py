"""The public key set of an instance."""

import pytest

from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup

PATH = "/.well-known/jwks.json"


async def host_of(world):
    return (await lookup(world.platform).instance(world.instance_id)).frontend_host


@pytest.mark.security("D3")
async def test_the_host_names_the_instance_and_anybody_may_ask(world, other_world, http):
    for each in (world, other_world):
        host = await host_of(each)
        expected = list(await each.call(None, keys.jwks))
        for header in (host, host.upper(), f"{host}:8443"):
            answer = await http.get(PATH, headers={"host": header})
            assert answer.json() == {"keys": expected}
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_the_path_names_the_instance_on_any_host(world, other_world, http):
    answer = await http.get(f"/i/{world.instance_id}{PATH}")
    assert answer.json() == {"keys": list(await world.call(None, keys.jwks))}


@pytest.mark.security("D3")
async def test_the_set_may_be_kept_for_a_minute_and_asked_for_again(world, http):
    answer = await http.get(f"/i/{world.instance_id}{PATH}")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-type"] == "application/json"
    etag = answer.headers["etag"]
    again = await http.get(f"/i/{world.instance_id}{PATH}", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    await world.call(None, keys.rotate_signing)
    lookup(world.platform).forget()
    changed = await http.get(f"/i/{world.instance_id}{PATH}", headers={"if-none-match": etag})
    assert (changed.status_code, len(changed.json()["keys"])) == (200, 3)


@pytest.mark.security("D3")
async def test_the_set_has_no_private_part(world, http):
    answer = await http.get(f"/i/{world.instance_id}{PATH}")
    for key in answer.json()["keys"]:
        assert set(key) == {"use", "kty", "kid", "alg", "n", "e"}


@pytest.mark.parametrize("instance_id", ["ins_none", "ins_" + "0" * 27, "x", "%00"])
async def test_an_unknown_instance_has_no_keys(world, http, instance_id):
    answer = await http.get(f"/i/{instance_id}{PATH}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["unknown.test", "", "x" * 300])
async def test_among_several_instances_an_unknown_host_has_no_keys(world, other_world, http, host):
    assert (await http.get(PATH, headers={"host": host})).status_code == 404


async def test_two_instances_of_one_host_are_told_apart_by_their_paths(world, other_world, http):
    host = await host_of(world)
    await world.sql(
        "UPDATE instances SET frontend_host = $2 WHERE id = $1", other_world.instance_id, host
    )
    assert (await http.get(PATH, headers={"host": host})).status_code == 404
    answer = await http.get(f"/i/{other_world.instance_id}{PATH}", headers={"host": host})
    assert answer.status_code == 200
