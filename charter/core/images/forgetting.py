"""Takes away a picture that is no longer shown, after the transaction that replaced it."""

from charter.kernel.jobs import ClaimedJob
from charter.kernel.platform import Platform

FORGET = "images.forget"
"""The kind of job; its payload is the `key` of the file."""


async def forget(platform: Platform, job: ClaimedJob) -> None:
    """Delete the file that a job names. One that is gone is fine."""
    await platform.blobs.delete(job.payload["key"])
