"""An S3 service, and worlds whose files are there."""

import dataclasses

import pytest

from tests.s3_server import s3_server, store_at


@pytest.fixture(scope="session")
def s3_url():
    with s3_server() as url:
        yield url


@pytest.fixture
def at_s3(world, s3_url):
    """The world, with its files at an S3 service."""
    own = dataclasses.replace(world.platform, files=store_at(s3_url))
    return dataclasses.replace(world, platform=own)
