"""Reading certificates of identity providers."""

from datetime import timedelta

import pytest

from charter.core.enterprise_connections.certificates import LONGEST, read_certificate
from charter.core.enterprise_connections.model import CertificateInvalid
from tests.companies import bare, certificate


@pytest.mark.parametrize(
    "text",
    [
        certificate(),
        bare(certificate()),
        "\n".join(bare(certificate())[at : at + 64] for at in range(0, 4096, 64)),
        f"  {certificate()}\r\n",
        "Bag Attributes\n" + certificate(),
    ],
)
def test_a_certificate_is_read_in_every_usual_spelling(text):
    found = read_certificate(text)
    assert found.pem == certificate()
    assert found.expires_at - found.issued_at == timedelta(days=365)


def test_a_key_of_a_curve_is_fine():
    pem = certificate(is_curve=True)
    assert read_certificate(pem).pem == pem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "MIIB",
        "é",
        certificate()[:200],
        certificate() + "\n" + certificate(days=700),
        certificate().replace("CERTIFICATE", "PRIVATE KEY"),
        bare(certificate())[:-8],
        "A" * (LONGEST + 1),
        certificate(bits=1024),
    ],
)
def test_what_is_none_or_too_weak_is_refused(text):
    with pytest.raises(CertificateInvalid):
        read_certificate(text)
