"""The language of messages: names, conditions, and nothing that runs."""

from contextlib import suppress

import pytest

from charter.core.mail.language import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_OUTPUT,
    MAX_TAGS,
    OutputTooLong,
    TextInvalid,
    read,
)
from tests.costs import cost

VALUES = {
    "app.name": "Acme & Söhne",
    "otp_code": "123456",
    "empty": "",
    "none": None,
    "zero": 0,
    "yes": True,
    "no": False,
    "minutes": 10,
    "invitation.public_metadata": {"plan": {"name": "gold", "seats": 3}, "items": [1, 2]},
}


def fill(text, values=VALUES, **options):
    return read(text).fill(values, **options)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello", "Hello"),
        ("", ""),
        ("{{app.name}}!", "Acme & Söhne!"),
        ("{{ otp_code }}", "123456"),
        ("{{{app.name}}}", "Acme & Söhne"),
        ("{{&app.name}}{{& app.name}}", "Acme & SöhneAcme & Söhne"),
        ("{{minutes}}{{zero}}{{yes}}", "100true"),
        ("[{{none}}{{no}}{{empty}}{{unheard.of}}]", "[]"),
        ("a{{! nothing }}b{{!-- nor {{this}} --}}c", "abc"),
        ("a {{~otp_code~}} b", "a123456b"),
        ("a {{~! gone ~}} b{{!-- x --~}} c", "abc"),
        ("{{#if otp_code}}yes{{/if}}", "yes"),
        ("{{#if empty}}yes{{else}}no{{/if}}", "no"),
        ("{{#if zero}}yes{{^}}no{{/if}}", "no"),
        ("{{#unless none}}yes{{else}}no{{/unless}}", "yes"),
        ("{{#if none}}1{{else if empty}}2{{else if yes}}3{{else}}4{{/if}}5", "35"),
        ("{{#if none}}1{{else if empty}}2{{else}}4{{/if}}5", "45"),
        ("{{#if yes}}a{{#if no}}b{{else}}{{otp_code}}{{/if}}c{{/if}}", "a123456c"),
        ("{{invitation.public_metadata.plan.name}}", "gold"),
        ("{{invitation.public_metadata.plan}}", '{"name":"gold","seats":3}'),
        ("[{{invitation.public_metadata.plan.name.upper}}]", "[]"),
        ("[{{invitation.public_metadata.items.length}}]", "[]"),
        (".a { b: c }} { {", ".a { b: c }} { {"),
        ("{{> copyright}}", "&copy;  Acme & Söhne"),
        ("{{>app_logo}}", "Acme & Söhne"),
    ],
)
def test_a_text_is_filled_in(text, filled):
    assert fill(text) == filled


@pytest.mark.security("K3")
@pytest.mark.parametrize("text", ["{{x}}", "{{{x}}}", "{{&x}}", "{{~x~}}", "{{#if x}}{{x}}{{/if}}"])
def test_in_a_page_every_value_is_escaped_however_it_is_asked_for(text):
    hostile = "<script>alert('1')</script>\"&"
    page = fill(text, {"x": hostile}, is_html=True)
    assert page == "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;"


def test_json_in_a_page_is_escaped_as_well():
    page = fill("{{x}}", {"x": {"<b>": "<i>"}}, is_html=True)
    assert "<" not in page


@pytest.mark.parametrize("text", ["{{x}}", "{{#if x}}{{x}}{{/if}}"])
def test_a_value_that_looks_like_a_template_is_never_read_as_one(text):
    assert fill(text, {"x": "{{otp_code}}", "otp_code": "1"}) == "{{otp_code}}"


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{{otp_code",
        "{{otp_code}",
        "{{{otp_code}}",
        "{{}}",
        "{{ }}",
        "{{!-- never closed }}",
        "{{#if otp_code}}",
        "{{#if otp_code}}{{else}}",
        "{{/if}}",
        "{{else}}",
        "{{#if otp_code}}{{else}}{{else}}{{/if}}",
        "{{#if otp_code}}{{/unless}}",
        "{{#if}}x{{/if}}",
        "{{#if a b}}x{{/if}}",
        "{{#unless a}}x{{/if}}",
        "{{a b}}",
        "{{a.}}",
        "{{.a}}",
        "{{a..b}}",
        "{{a[0]}}",
        "{{a-b}}",
        "{{é}}",
        "{{> no_such_piece}}",
        "{{> ../../etc/passwd}}",
        "{{{{raw}}}} {{{{/raw}}}}",
    ],
)
def test_a_text_that_is_not_of_the_language_is_told(text):
    with pytest.raises(TextInvalid):
        read(text)


CORPUS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ app.__class__ }}",
    "{{ __proto__ }}",
    "{{ _private }}",
    "{{ app|attr('name') }}",
    "{{ otp_code|upper }}",
    "{{ 7*7 }}",
    "{{ 'x' * 9 }}",
    "{{ range(10) }}",
    "{{ lipsum() }}",
    "{{#each app}}x{{/each}}",
    "{{#each (range 9)}}{{this}}{{/each}}",
    "{{#with app}}{{name}}{{/with}}",
    '{{#with "s" as |string|}}{{/with}}',
    "{{lookup app 'name'}}",
    "{{this}}{{this.constructor}}{{{{",
    "{{@root}}",
    "{{../secret}}",
    "{{log 'x'}}",
    '{{> (lookup . "partial")}}',
    "{{#> layout}}x{{/layout}}",
    '{{#*inline "a"}}{{> a}}{{/inline}}{{> a}}',
    "{{helperMissing}}{{#a}}{{/a}}",
    "{{#app}}x{{/app}}",
    "{{^app}}x{{/app}}",
    "{{=<% %>=}}<%app.name%>",
]


@pytest.mark.security("K4")
@pytest.mark.parametrize("text", CORPUS)
def test_what_would_reach_further_is_refused(text):
    with pytest.raises(TextInvalid):
        read(text)


@pytest.mark.security("K4")
@pytest.mark.parametrize(
    "text",
    ["{% for i in range(10**9) %}x{% endfor %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{# x #}"],
)
def test_what_other_languages_would_run_stays_as_it_is(text):
    assert fill(text) == text


@pytest.mark.security("K4")
@pytest.mark.parametrize("name", ["constructor", "to_string", "items", "keys", "get", "toString"])
def test_a_name_leads_to_keys_and_never_to_what_a_value_can_do(name):
    text = f"[{{{{invitation.public_metadata.{name}}}}}{{{{app.name.{name}}}}}]"
    values = {"invitation.public_metadata": {"plan": 1}, "app.name": "Acme"}
    assert fill(text, values) == "[]"


@pytest.mark.security("K4")
def test_a_text_has_so_many_characters_expressions_and_levels_and_no_more():
    for text in (
        "x" * (MAX_LENGTH + 1),
        "{{a}}" * (MAX_TAGS + 1),
        "{{#if a}}" * (MAX_DEPTH + 1) + "{{/if}}" * (MAX_DEPTH + 1),
        "{{#if a}}" + "{{else if a}}" * (MAX_DEPTH + 1) + "{{/if}}",
        "{{" + "a" * 300 + "}}",
    ):
        with pytest.raises(TextInvalid):
            read(text)
    read("{{a}}" * MAX_TAGS)
    read("{{#if a}}" * MAX_DEPTH + "{{/if}}" * MAX_DEPTH)


@pytest.mark.security("K4")
def test_what_a_text_becomes_is_bounded_whatever_its_values_are():
    text = read("{{a}}" * MAX_TAGS)
    with pytest.raises(OutputTooLong):
        text.fill({"a": "x" * 10_000})
    with pytest.raises(OutputTooLong):
        text.fill({"a": "<" * (MAX_OUTPUT // MAX_TAGS)}, is_html=True)
    assert len(text.fill({"a": "x"})) == MAX_TAGS


@pytest.mark.security("M3")
@pytest.mark.parametrize(
    "text",
    [
        "{{!--" * (MAX_LENGTH // 5),
        "{{{" * (MAX_LENGTH // 3),
        "{{~!--" + "--~" * (MAX_LENGTH // 4),
        "{{#if a}}{{!--" * 1000 + " ",
        "{{!" + "-" * (MAX_LENGTH - 10) + "}}",
        ("{{" + " " * 90 + "}}") * 900,
        ("{{a" + " " * 180 + "b}}") * 500,
        "{{!--x--}}" * (MAX_LENGTH // 10),
        (" " * 40 + "{{~a~}}" + " " * 3) * MAX_TAGS,
    ],
)
def test_no_text_takes_longer_than_its_length(text):
    def tried():
        with suppress(TextInvalid):
            read(text)

    assert cost(tried) < 0.5


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("{{otp_code}}", True),
        ("{{{ otp_code }}}", True),
        ("{{other}}", False),
        ("{{#if otp_code}}x{{/if}}", False),
        ("{{#if otp_code}}{{otp_code}}{{/if}}", True),
        ("{{#unless otp_code}}{{else}}{{otp_code}}{{/unless}}", True),
        ("{{#unless otp_code}}{{otp_code}}{{/unless}}", False),
        ("{{#if other}}{{otp_code}}{{/if}}", False),
        ("{{#if other}}{{otp_code}}{{else}}{{otp_code}}{{/if}}", True),
        ("{{#if other}}{{#if more}}{{otp_code}}{{/if}}{{else}}{{otp_code}}{{/if}}", False),
        ("{{! {{otp_code}} }}", False),
    ],
)
def test_it_is_known_whether_a_value_is_shown_in_every_case(text, is_shown):
    assert read(text).shows("otp_code", frozenset({"otp_code"})) is is_shown
