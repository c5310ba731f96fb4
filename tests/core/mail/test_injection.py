"""What people are called is never read as a template."""

import pytest

from charter.core.mail.render import render

CORPUS = (
    "{{ 7*7 }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{cycler.__init__.__globals__.os.popen('id').read()}}",
)


@pytest.mark.security("K4")
@pytest.mark.parametrize("name", CORPUS)
def test_a_name_that_looks_like_a_template_stays_a_name(name):
    message = render(
        "organization_invitation",
        to="ann@example.com",
        application_name=name,
        action_url="https://app.test/accept",
        organization_name=name,
        inviter_name=name,
    )
    assert name in message.text
    assert "49" not in message.text.replace(name, "")
    assert "49" not in message.subject.replace(name, "")
