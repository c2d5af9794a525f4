"""kubectl's jsonpath: what it finds, how it prints, what it says of wrong templates."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.jsonpath import JSONPath, JSONPathError, JSONPathPrinter, relaxed_jsonpath

OBJ: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "labels": {"a.b/c": "x"}},
    "l": [1, 2, 3, 4, 5],
    "c": [{"n": "x", "p": [80, 443], "f": 1.5, "b": True}, {"n": "y", "p": [], "f": 2.0}, {"n": "z", "q": None}],
    "null": None,
    "s": "héy",
    "f": 1e21,
    "m": {"k": "v<"},
    "e": [],
    "one": {"two": {"three": [{"name": "deep"}]}},
}


def show(template: str, allow_missing_keys: bool = True) -> str:
    out = io.StringIO()
    JSONPathPrinter(template, allow_missing_keys).print_obj(OBJ, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{.metadata.name}", "a", id="field"),
        pytest.param("{.metadata.labels.a\\.b/c}", "x", id="escaped dot"),
        pytest.param("{['metadata']['labels']['a\\.b/c']}", "x", id="keys in brackets"),
        pytest.param("{['kind','apiVersion']}", "ConfigMap v1", id="union of keys"),
        pytest.param("{.l[0]} {.l[-1]} {.l[1:3]} {.l[:2]}", "1 5 2 3 1 2", id="slices"),
        pytest.param("{.l[3:]} {.l[::2]} {.l[0,2]}", "4 5 1 3 5 1 3", id="open slices, steps and unions"),
        pytest.param("{.c[*].n}", "x y z", id="wildcard"),
        pytest.param("{.one..name}", "deep", id="recursive descent"),
        pytest.param('{.c[?(@.n=="y")].n}', "y", id="filter equal"),
        pytest.param('{.c[?(@.n!="y")].n}', "x z", id="filter unequal"),
        pytest.param("{.l[?(@>=4)]}", "4 5", id="filter number"),
        pytest.param("{.c[?(@.b)].n}", "x", id="filter existence"),
        pytest.param("{.c[?(@.f>1.6)].n}", "y", id="filter float"),
        pytest.param("{.c[?(@.n=='x)')].n}", "", id="parenthesis in quotes"),
        pytest.param("{.m} {.e} {.null} {.f}", '{"k":"v\\u003c"} [] null 1e+21', id="values"),
        pytest.param("{.nope}", "", id="missing"),
        pytest.param('a{"b\\n\\t\\x41\\u00e9"}{\'c"\'}{1}{1.5}{true}', 'ab\n\tAéc"11.5true', id="text"),
        pytest.param('{range .c[*]}{.n}:{range .p[*]}{@},{end};{end}!', "x:80,443,;y:;z:;!", id="nested ranges"),
        pytest.param("{range .e[*]}{.n}x{end}y", "y", id="range over nothing"),
        pytest.param("{$.kind}{@.kind}", "ConfigMapConfigMap", id="roots"),
        pytest.param("plain", "plain", id="no action"),
        pytest.param(".kind", ".kind", id="a path without braces is text"),
    ],
)  # fmt: skip
def test_prints(template: str, text: str) -> None:
    assert show(template) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.a", "unclosed action"),
        ("{.a[}", "unterminated array"),
        ("{.a[x]}", "invalid array index x"),
        ("{.a[-]}", "array index - is not a number"),
        ("{.a[?(@.b}", "unterminated filter"),
        ('{.a[?(@.b=="x")}', "unclosed array expect ]"),
        ("{.a[?(@.b=~1)]}", "unrecognized character in action: U+007E '~'"),
        ("{1.2.3}", "cannot parse number 1.2.3"),
        ('{"open}', "unterminated quoted string"),
        ('{"\\q"}', 'unquote string "\\q" error invalid syntax'),
        ("{....n}", "invalid multiple recursive descent"),
    ],
)
def test_cannot_be_read(template: str, message: str) -> None:
    with pytest.raises(JSONPathError) as caught:
        JSONPathPrinter(template)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.l[5]}", "array index out of bounds: index 5, length 5"),
        ("{.l[3:1]}", "starting index 3 is greater than ending index 1"),
        ("{.l[::0]}", "step must be > 0"),
        ("{.m[0]}", "map[string]interface {} is not array or slice"),
        ("{.s[?(@.x)]}", "héy is not array or slice and cannot be filtered"),
        ('{.c[?(@.n=="x" && @.b)].n}', ""),
        ("{.l[?(@=2)]}", "unrecognized filter operator ="),
        ("{.l[?(@==2.0)]}", "incompatible types for comparison"),
        ("{.c[?(@.b<true)].n}", "invalid type for comparison"),
        ("{.c[?(@.p[*]==80)].n}", "can only compare one element at a time"),
        ("{end}", "not in range, nothing to end"),
        ("{foo}", "unrecognized identifier foo"),
    ],
)
def test_does_not_fit(template: str, message: str) -> None:
    if not message:
        with pytest.raises(JSONPathError, match=r"unrecognized character in action: U\+0026 '&'"):
            JSONPathPrinter(template)
        return
    with pytest.raises(CliError) as caught:
        show(template)
    assert f": Error executing template: {message}. Printing more" in caught.value.message


def test_debugging_dump() -> None:
    obj = {"kind": "A", "n": 1, "l": ["x", None]}
    with pytest.raises(CliError) as caught:
        JSONPathPrinter('{.x}"', allow_missing_keys=False).print_obj(obj, io.StringIO())
    assert caught.value.message == (
        'error executing jsonpath "{.x}\\"": Error executing template: x is not found. '
        'Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.x}"\n'
        "\tobject given to jsonpath engine was:\n"
        '\t\tmap[string]interface {}{"kind":"A", "l":[]interface {}{"x", interface {}(nil)}, "n":1}\n\n\n'
    )


def test_results_as_json() -> None:
    out = io.StringIO()
    JSONPathPrinter("{.l[0:2]} {.nope}", output_json=True).print_obj(OBJ, out)
    assert out.getvalue() == '[\n    1,\n    2\n]\n[\n    " "\n]\n[]\n'


def test_find_gives_the_values_of_each_part() -> None:
    assert JSONPath("x").parse("{.l[0:2]}-{.m}").find(OBJ) == [[1, 2], ["-"], [{"k": "v<"}]]


def test_a_path_that_was_not_read_finds_nothing() -> None:
    with pytest.raises(JSONPathError, match="x is an incomplete jsonpath template"):
        JSONPath("x").find({})


@pytest.mark.parametrize(
    ("text", "path"), [("a.b", "{.a.b}"), (".a.b", "{.a.b}"), ("{a.b}", "{.a.b}"), ("{.a.b}", "{.a.b}"), ("", "")]
)
def test_relaxed_paths(text: str, path: str) -> None:
    assert relaxed_jsonpath(text) == path


@pytest.mark.parametrize("text", ["{a", "a}", "{a}{b}", "{}"])
def test_relaxed_paths_take_no_other_braces(text: str) -> None:
    with pytest.raises(CliError, match="unexpected path string"):
        relaxed_jsonpath(text)


@given(st.lists(st.integers(0, 99), max_size=6), st.integers(-8, 8), st.integers(-8, 8))
def test_slices_within_bounds_are_those_of_python(numbers: list[int], start: int, end: int) -> None:
    try:
        found = JSONPath("x").parse(f"{{.l[{start}:{end}]}}").find({"l": numbers})
    except JSONPathError:
        return
    assert found == [numbers[start : len(numbers) if end == 0 and start < 0 else end]] or found == [[]]


@given(st.text("{}[]()?.@$*'\"\\ :,-+1ae\n", max_size=20))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        JSONPath("x", True).parse(text).find(OBJ)
    except JSONPathError as error:
        assert str(error)


ORACLE = [
    "{.l[2:2]}", "{.l[:]}", "{.l[]}", "{.l[-6]}", "{.l[1:9]}", "{.l[::-1]}", '{.c[?(@.q==1)].n}', "{.c[?(@.p[0])].n}",
    "{.c[?(@.p[1]==443)].n}", '{.c[?(@.n=="x"||@.n=="y")].n}', "{.null.x}", "{.null[0]}", "{.s[0]}", "{.e[0]}", "{.one..name}",
    "{.}", "{@}", "{}", "{'a\\'b'}", "{.l[?(2<@)]}", "{range .c[*]}{.n}", "{range .c[*]}{range .p[*]}{@}{end}y",
    "{range .e[*]}x{range .y[*]}{end}z{end}w", "{.c[*].p[*]}", "{.c[*].p[0]}", "{.null[?(@.x)]}", "{.s.*}", '{.c[0]["n"]}',
    "{.l[1:3,0]}", "{.kind\n}", "{.kind .metadata.name}", "{.l[99999999999999999999]}", "{\\}", "{.a\\",
    "{range .c[*].p}{[0]}{end}",
    "{.c[?( @.n == \"y\" )].n}", "{.n}{1.2.3}", "{.x.y.z}",
]  # fmt: skip


@pytest.mark.parametrize("template", ORACLE)
@pytest.mark.parametrize("allow", [True, False], ids=["lax", "strict"])
def test_same_as_kubectl(kubectl: Any, template: str, allow: bool) -> None:
    out, message = io.StringIO(), ""
    try:
        JSONPathPrinter(template, allow).print_obj(OBJ, out)
    except JSONPathError as error:
        message = f"error: error parsing jsonpath {template}, {error}\n"
    except CliError as error:
        message = f"error: {error.message}"
    real = kubectl.get(OBJ, "-o", f"jsonpath={template}", f"--allow-missing-template-keys={str(allow).lower()}")
    assert (out.getvalue(), message) == (real.stdout, real.stderr)
