"""The official Python SDK, unmodified and in its two newest majors, works against the server."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from charter.core.discounts import operations as discounts
from charter.core.discounts.model import NewDiscount
from charter.core.plans import operations as plans
from charter.core.plans.model import NewPlan, PayerType
from charter.kernel import operation
from charter.kernel.actor import Actor, ActorKind

FOLDER = Path(__file__).parent
ENVIRONMENT = Path(sys.prefix)

# Where each major lives: the newest in the environment itself, the one before in a folder beside
# it (`make` fills that from requirements/sdk6.txt), because both carry the same package name.
MAJORS = {"7": None, "6": ENVIRONMENT / "sdk6"}


async def run(folder, *command):
    """Run Python with a folder of packages before all others; gives its exit code and output."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    if folder is not None:
        environment["PYTHONPATH"] = str(folder)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


async def offered(platform, instance_id, major):
    """A plan and a discount, which no API makes."""
    operator = Actor(ActorKind.OPERATOR, instance_id)
    new = NewPlan(payer_type=PayerType.USER, slug=f"pro{major}", name="Pro", amount=2000)
    plan = await operation.run(platform, operator, plans.create, arguments={"new": new})
    discount = NewDiscount(name="Spring", percent_off=1250, cycles=3)
    arguments = {"new": discount}
    return plan, await operation.run(platform, operator, discounts.create, arguments=arguments)


@pytest.mark.parametrize("major", MAJORS)
async def test_the_major_under_test_is_the_one_that_runs(major):
    version = "import importlib.metadata as m; print(m.version('clerk-backend-api'))"
    _, output, errors = await run(MAJORS[major], "-c", version)
    assert output.startswith(f"{major}."), errors


@pytest.mark.parametrize("major", MAJORS)
async def test_the_sdk_tells_its_whole_story(major, live_server, platform):
    plan, discount = await offered(platform, live_server.keys.instance_id, major)
    code, output, errors = await run(
        MAJORS[major],
        str(FOLDER / "sdk_story.py"),
        "--url",
        f"{live_server.url.rstrip('/').removesuffix('/v1')}/v1",
        "--frontend",
        f"{live_server.url.rstrip('/')}/frontend/i/{live_server.keys.instance_id}/v1",
        "--key",
        live_server.secret_key,
        "--jwt-key",
        live_server.jwt_key,
        "--plan",
        plan.id,
        "--discount",
        discount.id,
    )
    results = [json.loads(line) for line in output.splitlines()]
    broken = [f"{each['method']}: {each['error']}" for each in results if not each["ok"]]
    assert not broken, "\n\n".join(broken)
    assert code == 0, errors
    methods = {each["method"] for each in results if "." in each["method"]}
    assert len(methods) >= 60, sorted(methods)
    assert {"verify_token", "authenticate_request"} <= {each["method"] for each in results}
