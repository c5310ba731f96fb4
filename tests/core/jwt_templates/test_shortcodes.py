"""The language of shortcodes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.core.jwt_templates.shortcodes import ShortcodeInvalid, names, render

VALUES = {
    "user.id": "user_1",
    "user.first_name": "Ann",
    "user.last_name": None,
    "user.email_verified": False,
    "user.has_image": True,
    "user.created_at": 17,
    "user.organizations": {"org_1": "org:admin"},
    "user.public_metadata": {"plan": {"name": "gold", "seats": 3}, "no": False, "tags": ["a"]},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{ {user.id} }", "{ {user.id} }"),
        ("{{user.id}}", "user_1"),
        ("{{ \t user.id \n }}", "user_1"),
        ("{{user.created_at}}", 17),
        ("{{user.has_image}}", True),
        ("{{user.last_name}}", None),
        ("{{user.organizations}}", {"org_1": "org:admin"}),
        ("{{user.public_metadata.plan}}", {"name": "gold", "seats": 3}),
        ("{{user.public_metadata.plan.seats}}", 3),
        ("{{user.public_metadata.tags}}", ["a"]),
        ("{{user.public_metadata.plan.name.more}}", None),
        ("{{user.unheard_of}}", None),
        ("{{user}}", None),
        ("{{nobody.at.all}}", None),
        ("{{user.last_name || user.first_name}}", "Ann"),
        ("{{user.last_name||'none'}}", "none"),
        ('{{user.last_name || "none"}}', "none"),
        ("{{user.email_verified || 'unproven'}}", "unproven"),
        ("{{user.first_name || 'none'}}", "Ann"),
        ("{{user.last_name || user.email_verified}}", False),
        ("{{user.email_verified || user.last_name}}", None),
        ("{{user.last_name || ''}}", ""),
        ("{{'{{'}}", "{{"),
        ("{{'a || }} b'}}", "a || }} b"),
    ],
)
def test_alone_in_a_text_a_value_keeps_its_type(text, value):
    assert render(text, VALUES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hi {{user.first_name}}!", "Hi Ann!"),
        ("{{user.first_name}} {{user.last_name}}", "Ann null"),
        (" {{user.created_at}}", " 17"),
        ("{{user.has_image}}/{{user.email_verified}}", "true/false"),
        ("x{{user.public_metadata.plan}}", 'x{"name":"gold","seats":3}'),
        ("{{user.unheard_of}}{{user.id}}", "nulluser_1"),
        ("a}}b{{user.id}}", "a}}buser_1"),
    ],
)
def test_beside_other_text_a_value_is_written_into_it(text, value):
    assert render(text, VALUES) == value


def test_every_text_in_a_template_is_read_and_no_name_of_a_claim():
    template = {"{{user.id}}": {"list": ["{{user.id}}", 1, None, True, 1.5, ["{{user.id}}"]]}}
    filled = {"{{user.id}}": {"list": ["user_1", 1, None, True, 1.5, ["user_1"]]}}
    assert render(template, VALUES) == filled


def test_what_a_value_says_is_not_read_as_a_shortcode():
    values = {"user.first_name": "{{user.id}}", "user.id": "user_1"}
    assert render("{{user.first_name}}, {{user.first_name}}", values) == "{{user.id}}, {{user.id}}"


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{{}}",
        "{{user.id",
        "{{user.id}",
        "{{user.id}{{user.id}}",
        "{{.id}}",
        "{{user.}}",
        "{{user..id}}",
        "{{user id}}",
        "{{user.id | user.id}}",
        "{{user.id ||}}",
        "{{|| user.id}}",
        "{{'open}}",
        "{{user.id 'x'}}",
        "fine {{user.id}}, not {{ }}",
    ],
)
def test_a_shortcode_that_says_nothing_is_refused(text):
    for read in (lambda: render({"a": [text]}, VALUES), lambda: list(names({"a": [text]}))):
        with pytest.raises(ShortcodeInvalid) as refused:
            read()
    assert "{{ and }}" in refused.value.sentence()


def test_a_refusal_says_where_the_shortcode_begins():
    with pytest.raises(ShortcodeInvalid) as refused:
        render("fine {{user.id}}, not {{ }}", VALUES)
    assert refused.value.meta == {"character": 23}


def test_names_are_told_by_their_first_two_parts():
    template = {"a": "{{user.public_metadata.plan || org.slug || 'org.name'}}", "b": ["{{x}} y"]}
    assert list(names(template)) == ["user.public_metadata", "org.slug", "x"]


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{", "}", "||", "|", "'", '"', ".", " ", "\n", "\0", "é", "__class__"),
        *("user", "user.id", "org.name", "user.public_metadata", "user.private_metadata"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))
TEMPLATES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(TEMPLATES)
def test_any_template_is_filled_in_or_refused_by_its_one_error(template):
    try:
        rendered = render(template, VALUES)
    except ShortcodeInvalid:
        return
    json.dumps(rendered)
    assert type(rendered) is type(template) or isinstance(template, str)


@pytest.mark.security("D5")
@given(TEMPLATES, st.lists(st.sampled_from(sorted(VALUES)), unique=True))
def test_a_template_tells_nothing_that_it_does_not_name(template, marked):
    secret = "a mark that no template holds"
    values = {**VALUES, **dict.fromkeys(marked, secret), "user.private_metadata": {"x": secret}}
    try:
        named = set(names(template))
        told = json.dumps(render(template, values))
    except ShortcodeInvalid:
        return
    if secret in told:
        assert named & {*marked, "user.private_metadata"}


@pytest.mark.parametrize(
    "text", ["{{" + " " * 8000, "{{" * 4000, "{{a" + ".a" * 4000, "{{'" * 2700]
)
def test_a_hostile_text_is_read_in_one_pass(text):
    with pytest.raises(ShortcodeInvalid):
        render(text, VALUES)
