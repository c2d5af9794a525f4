import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.yaml_load import MAX_BYTES, Document, ManifestError, load_documents

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"


def load(text: str | bytes) -> list[Document]:
    return list(load_documents(text if isinstance(text, bytes) else text.encode(), "bad.yaml"))


def load_one(text: str | bytes) -> Any:
    (document,) = load(text)
    return document.object


def refuse(text: str | bytes) -> str:
    with pytest.raises(ManifestError) as caught:
        load(text)
    return str(caught.value)


SCALARS: dict[str, Any] = {
    "yes": True,
    "No": False,
    "ON": True,
    "off": False,
    "y": True,
    "n": False,
    "yEs": "yEs",
    "~": None,
    "0o17": 15,
    "017": 15,
    "-017": -15,
    "018": 18,
    "0x1F": 31,
    "0b11": 3,
    "1_000": 1000,
    "1e3": 1000,
    "1.0": 1,
    "-0.0": 0,
    ".5": 0.5,
    "+.5e1": 5,
    "1e": "1e",
    "1e400": "1e400",
    "12345678901234567890": 12345678901234567890.0,
    "9223372036854775807": 9223372036854775807,
    "1:30": "1:30",
    "2001-01-01": "2001-01-01",
    "2001-12-14t21:59:43.10-05:00": "2001-12-14t21:59:43.10-05:00",
    "'017'": "017",
    '"yes"': "yes",
    "=": "=",
    "!!str 5": "5",
    "!!float 5": 5,
    "!!int 0x10": 16,
    "!!bool on": True,
    "!!binary aGVsbG8=": "hello",
    "!!timestamp 2001-01-01": "2001-01-01",
    "!custom x": "x",
    "a\tb": "a\tb",
}


@pytest.mark.parametrize("text", SCALARS, ids=repr)
def test_scalars_are_what_kubectl_makes_of_them(text: str) -> None:
    value = load_one(f"a: {text}\n")["a"]
    assert (type(value), value) == (type(SCALARS[text]), SCALARS[text])


KEYS = {"1": "1", "1.50": "1.5", "yes": "true", "0x10": "16", "123456789.5": "1.2345679e+08", "1e21": "1e+21", "0.1": "0.1"}


@pytest.mark.parametrize("text", KEYS)
def test_keys_become_strings(text: str) -> None:
    assert load_one(f"{text}: x\n") == {KEYS[text]: "x"}


SHAPES: dict[str, tuple[str, Any]] = {
    "a merge overrides what stands before it": ("a: 1\n<<: {a: 2, b: 3}\n", {"a": 2, "b": 3}),
    "and not what follows": ("<<: {a: 2, b: 3}\na: 1\n", {"a": 1, "b": 3}),
    "of merged maps the first counts": ("<<: [{a: 1}, {a: 2, b: 3}]\n", {"a": 1, "b": 3}),
    "merged by alias": ("x: &x {a: 1}\nz: {<<: *x, b: 2}\n", {"x": {"a": 1}, "z": {"a": 1, "b": 2}}),
    "an anchor may be given anew": ("{a: &x b, c: &x d, e: *x}", {"a": "b", "c": "d", "e": "d"}),
    "explicit keys": ("? a\n: b\n", {"a": "b"}),
    "windows line ends": ("a: b\r\nc: |\r\n  d\r\n  e\r\n", {"a": "b", "c": "d\ne\n"}),
    "a byte order mark": ("\ufeffa: b\n", {"a": "b"}),
    "what follows the end of a document is not read": ("a: b\n...\nc: [\n", {"a": "b"}),
    "flow style that begins like JSON": ("{apiVersion: v1, kind: X,}", {"apiVersion": "v1", "kind": "X"}),
    "numbers in JSON": (
        '{"a": 1.0, "b": 1e3, "c": 0.5, "d": 18446744073709551615}',
        {"a": 1, "b": 1000, "c": 0.5, "d": 2.0**64},
    ),
    "bytes that are no UTF-8": ("a: \udcff\n", {"a": "\ufffd"}),
}


@pytest.mark.parametrize("text, value", SHAPES.values(), ids=SHAPES.keys())
def test_documents_are_read_as_kubectl_reads_them(text: str, value: Any) -> None:
    found = load_one(text.encode("utf-8", "surrogateescape"))
    assert json.dumps(found, sort_keys=True) == json.dumps(value, sort_keys=True)


def test_aliases_share_nothing() -> None:
    found = load_one("a: &x {b: [c]}\nd: *x\n")
    found["a"]["b"].append("more")
    assert found["d"] == {"b": ["c"]}


STREAMS: dict[str, tuple[str, list[tuple[Any, int]]]] = {
    "nothing": ("", []),
    "a comment": ("# nothing\n---\n", []),
    "separators with nothing between": ("---\n---\n# c\n---\na: 1\n---\n\n---\nb: 2\n---", [({"a": 1}, 5), ({"b": 2}, 9)]),
    "null documents": ("null\n---\n~\n---\na: 1\n", [({"a": 1}, 5)]),
    "a separator with a comment": ("a: 1\n--- # two\nb: 2\n", [({"a": 1}, 1), ({"b": 2}, 3)]),
    "scalars and lists": ("hello\n---\n[1, 2]\n", [("hello", 1), ([1, 2], 3)]),
    "values of JSON": ('{"a":1}{"b":2}\n\n {"c":3}\n', [({"a": 1}, 1), ({"b": 2}, 1), ({"c": 3}, 3)]),
    "JSON, then YAML": ('{"a":1}\n---\nb: 2\n---\nc: 3\n', [({"a": 1}, 1), ({"b": 2}, 3), ({"c": 3}, 5)]),
    "JSON between separators": ('---\n{"a":1}\n---\n{"b":2}\n', [({"a": 1}, 2), ({"b": 2}, 4)]),
}


@pytest.mark.parametrize("text, documents", STREAMS.values(), ids=STREAMS.keys())
def test_streams_are_cut_into_documents_with_their_lines(text: str, documents: list[tuple[Any, int]]) -> None:
    assert [(document.object, document.line) for document in load(text)] == documents


DUPLICATES = {
    "d: [{e: 1, e: 2}]\nf: {g: 1, g: 2}\nd: 3\n": ({"f": {"g": 2}, "d": 3}, ["d[0].e", "f.g", "d"]),
    '{"c": 1, "c": 2, "d": [{"e": 1, "e": 2}]}': ({"c": 2, "d": [{"e": 2}]}, ["c", "d[0].e"]),
    "a: {<<: {b: 1}, c: 2}\n": ({"a": {"b": 1, "c": 2}}, []),
}


@pytest.mark.parametrize("text", DUPLICATES)
def test_the_last_of_equal_keys_counts_and_they_are_reported(text: str) -> None:
    (document,) = load(text)
    assert (document.object, document.duplicates) == DUPLICATES[text]


# What the real kubectl 1.33 prints after `error: error parsing bad.yaml: error converting YAML to JSON: `.
BROKEN_YAML = {
    HEAD + "data:\n\ta: b\n": "yaml: line 6: found character that cannot start any token",
    HEAD + "data:\n  a: b: c\n": "yaml: line 6: mapping values are not allowed in this context",
    "a: b: c\n": "yaml: mapping values are not allowed in this context",
    HEAD + "data:\n  a: b\n c: d\n": "yaml: line 6: did not find expected key",
    HEAD + "data: {a: b\n": "yaml: line 5: did not find expected ',' or '}'",
    HEAD + "data: {a: [b, c}\n": "yaml: line 4: did not find expected ',' or ']'",
    HEAD + 'data:\n  a: "b\n': "yaml: line 7: found unexpected end of stream",
    HEAD + 'data:\n  a: "\\q"\n': "yaml: line 6: found unknown escape character",
    HEAD + "data:\n  a: {{ .Values.x }}\n": (
        'yaml: invalid map key: map[interface {}]interface {}{".Values.x":interface {}(nil)}'
    ),
    HEAD + "data:\n  a: b\n{{- if .x }}\n  c: d\n{{- end }}\n": "yaml: line 8: could not find expected ':'",
    HEAD + "data:\n  [a, b]: x\n": 'yaml: invalid map key: []interface {}{"a", "b"}',
    HEAD + "data:\n  ~: x\n": 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "x"',
    HEAD + "data:\n  a: *nope\n": "yaml: unknown anchor 'nope' referenced",
    HEAD + "data: &x\n  a: *x\n": "yaml: anchor 'x' value contains itself",
    HEAD + "data:\n  - a\n  b: c\n": "yaml: line 6: did not find expected '-' indicator",
    HEAD + "data:\n  a: .inf\n": "json: unsupported value: +Inf",
    HEAD + "data:\n  a: .nan\n": "json: unsupported value: NaN",
    HEAD + "data:\n  a: !!int abc\n": "yaml: cannot decode !!str `abc` as a !!int",
    HEAD + "data:\n  a: !!binary '???'\n": "yaml: !!binary value contains invalid base64 data",
    HEAD + "data:\n  <<: x\n": "yaml: map merge requires map or sequence of maps as the value",
    HEAD + "data:\n  a: \x01\n": "yaml: control characters are not allowed",
    HEAD + "---\n" + HEAD + "data: {a\n": "yaml: line 5: did not find expected ',' or '}'",
    "%FOO\n" + HEAD: "yaml: found unknown directive name",
    "a: *nope\nb: [\n": "yaml: line 2: did not find expected node content",
}


@pytest.mark.parametrize("text", BROKEN_YAML)
def test_broken_yaml_is_refused_in_kubectls_words(text: str) -> None:
    assert refuse(text) == f"error parsing bad.yaml: error converting YAML to JSON: {BROKEN_YAML[text]}"


GOOD = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}'
BROKEN_JSON = {
    '{"apiVersion":"v1"': "unexpected EOF",
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x" "y"}}': (
        "json: offset 62: invalid character '\"' after object key:value pair"
    ),
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":\'x\'}]': (
        "json: offset 58: invalid character '\\'' looking for beginning of value"
    ),
    '{"a": "\\q", }]': "json: offset 9: invalid character 'q' in string escape code",
    '{"a": "x\ny" ]': "json: offset 9: invalid character '\\n' in string literal",
    '{"a": 01, ]': "json: offset 8: invalid character '1' after object key:value pair",
    '{"a" 1]': "json: offset 6: invalid character '1' after object key",
    '{"a": -x ]': "json: offset 8: invalid character 'x' in numeric literal",
    '{"a":nul]': "json: offset 9: invalid character ']' in literal null (expecting 'l')",
    '{"a":[1 2]': "json: offset 9: invalid character '2' after array element",
    '{"a":1.]': "json: offset 8: invalid character ']' after decimal point in numeric literal",
    '{"a":1ex]': "json: offset 8: invalid character 'x' in exponent of numeric literal",
    '{"a":"\\u00zz"]': "json: offset 11: invalid character 'z' in \\u hexadecimal character escape",
    '{"é":"é" ]': "json: offset 12: invalid character ']' after object key:value pair",
    '{1:2]': "json: offset 2: invalid character '1' looking for beginning of object key string",
    f"{GOOD}\n\n{{]": "json: offset 66: invalid character ']' looking for beginning of object key string",
    f"{GOOD}\n{GOOD}\n{{bad": "invalid character 'b' looking for beginning of object key string",
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN_JSON)
def test_broken_json_is_refused_in_kubectls_words(text: str) -> None:
    assert refuse(text) == f"error parsing bad.yaml: {BROKEN_JSON[text]}"


def test_a_number_out_of_range_is_refused() -> None:
    message = 'unable to decode "bad.yaml": json: cannot unmarshal number 1e400 into Go value of type float64'
    assert refuse('{"a": 1e400}') == message


def test_a_bad_separator_is_refused_before_the_document_it_ends() -> None:
    assert refuse("a: 1\n--- foo\nb: 2\n") == "error parsing bad.yaml: invalid Yaml document separator: foo"


def test_documents_before_a_broken_one_are_yielded() -> None:
    documents = load_documents(b"a: 1\n---\nb: [\n", "bad.yaml")
    assert next(documents).object == {"a": 1}
    with pytest.raises(ManifestError):
        next(documents)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)
)


def test_a_bomb_of_aliases_is_refused() -> None:
    assert refuse(BOMB).endswith("yaml: document contains excessive aliasing")


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 300 + "]" * 300, '{"a":' * 300 + "1" + "}" * 300, '{"a":' * 5000 + "1" + "}" * 5000]
)
def test_deep_nesting_is_refused(text: str) -> None:
    assert refuse(text).endswith("exceeded max depth of 250")


@pytest.mark.parametrize("text", ["[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200])
def test_nesting_below_the_limit_is_read(text: str) -> None:
    assert len(load(text)) == 1


def test_a_file_too_large_is_refused() -> None:
    assert refuse(b" " * (MAX_BYTES + 1)) == "error parsing bad.yaml: the file is larger than 64 MiB"


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=8
)  # YAML has not all
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(TEXT, JSON, max_size=4), max_size=4))
def test_a_stream_of_json_gives_its_values_back(values: list[dict[str, Any]]) -> None:
    assert [d.object for d in load("\n".join(json.dumps(value) for value in values))] == values


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_json_read_as_yaml_is_the_same_value(value: dict[str, Any]) -> None:
    assert load_one("---\n" + json.dumps(value, ensure_ascii=False)) == value


@given(st.text("ab:-[]{}&*!|>'\"#%@,?\n \t01", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        documents = load(text)
    except ManifestError as error:
        assert str(error).startswith("error parsing bad.yaml: ")
    else:
        assert all(1 <= document.line <= text.count("\n") + 1 for document in documents)
