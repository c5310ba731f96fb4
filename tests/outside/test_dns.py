"""What domains publish, asked of a server of our own."""

import asyncio
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from charter.kernel.errors import Unavailable
from charter.outside.dns import MOST, DnsRecords


class Zone(asyncio.DatagramProtocol):
    """A name server: names with their TXT records; a name whose records are a code fails so."""

    def __init__(self, records):
        self.records = records
        self.asked = []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text()
        self.asked.append(name)
        found = self.records.get(name)
        if found == "silence":
            return
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif isinstance(found, int):
            answer.set_rcode(found)
        elif found:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *found))
        self.transport.sendto(answer.to_wire(max_size=65535), address)


@asynccontextmanager
async def serving(**records):
    loop = asyncio.get_running_loop()
    named = {f"{name}.test.": found for name, found in records.items()}
    transport, zone = await loop.create_datagram_endpoint(
        lambda: Zone(named), local_addr=("127.0.0.1", 0)
    )
    host, port = transport.get_extra_info("sockname")
    try:
        yield DnsRecords((host, port), seconds=0.5), zone
    finally:
        transport.close()


async def test_the_parts_of_a_record_are_put_together():
    async with serving(acme=['"v=spf1" " -all"', '"charter-verification=x"']) as (records, _):
        assert set(await records.texts("acme.test")) == {"v=spf1 -all", "charter-verification=x"}


async def test_a_name_without_records_has_published_nothing():
    async with serving(bare=[]) as (records, _):
        assert await records.texts("bare.test") == ()
        assert await records.texts("unknown.test") == ()


async def test_the_very_name_is_asked_for():
    async with serving() as (records, zone):
        await records.texts("_charter-verification.acme.test")
        assert set(zone.asked) == {"_charter-verification.acme.test."}


@pytest.mark.parametrize("failing", ["silence", dns.rcode.SERVFAIL, dns.rcode.REFUSED])
async def test_a_server_that_does_not_answer_is_away(failing):
    async with serving(acme=failing) as (records, _):
        with pytest.raises(Unavailable):
            await records.texts("acme.test")


async def test_a_text_that_is_none_is_read_as_far_as_it_goes():
    async with serving(acme=[r'"\255\254 ok"']) as (records, _):
        (text,) = await records.texts("acme.test")
        assert text.endswith(" ok")


async def test_no_more_than_so_many_records_are_looked_at():
    many = [f'"{number}"' for number in range(MOST + 20)]
    async with serving(acme=many) as (records, _):
        assert len(await records.texts("acme.test")) == MOST
