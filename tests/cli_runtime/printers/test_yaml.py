"""`-o yaml`: byte for byte what kubectl writes, and what a YAML reader reads back."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.managed_fields import OmitManagedFieldsPrinter
from minikube_py.cli_runtime.printers.yaml import YAMLPrinter, encode_yaml, sort_keys

LONG = "a long line that goes on and on past the eightieth column of the page, as a folding yaml writer would notice"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("plain", "plain", id="word"),
        pytest.param("", '""', id="empty"),
        pytest.param("true", '"true"', id="boolean"),
        pytest.param("y", '"y"', id="yaml 1.1 boolean"),
        pytest.param("null", '"null"', id="null"),
        pytest.param("~", '"~"', id="tilde"),
        pytest.param("1", '"1"', id="integer"),
        pytest.param("1e3", '"1e3"', id="float"),
        pytest.param("1e999", "1e999", id="float past the range"),
        pytest.param("0x1F", '"0x1F"', id="hexadecimal"),
        pytest.param("0755", '"0755"', id="octal"),
        pytest.param("1_000", '"1_000"', id="underscores"),
        pytest.param("1:20", '"1:20"', id="base 60"),
        pytest.param("2001-01-01", '"2001-01-01"', id="date"),
        pytest.param("2001-02-30", "2001-02-30", id="no such day"),
        pytest.param("2026-01-01T00:00:00Z", '"2026-01-01T00:00:00Z"', id="time"),
        pytest.param("a: b", "'a: b'", id="colon"),
        pytest.param("a #b", "'a #b'", id="comment"),
        pytest.param("it's: x", "'it''s: x'", id="quote in quotes"),
        pytest.param("@x", "'@x'", id="indicator"),
        pytest.param(" x", "' x'", id="leading space"),
        pytest.param("a\tb", '"a\\tb"', id="tab"),
        pytest.param("ü→😀", '"ü→\\U0001F600"', id="outside the basic plane"),
        pytest.param("one\ntwo", "|-\n  one\n  two", id="lines"),
        pytest.param("one\ntwo\n", "|\n  one\n  two", id="lines with an end"),
        pytest.param("one\n\n", "|+\n  one\n", id="lines with two ends"),
        pytest.param(" one\ntwo", "|2-\n   one\n  two", id="indented lines"),
        pytest.param("x \ny\n", '"x \\ny\\n"', id="space before a newline"),
        pytest.param(LONG, LONG.replace("folding yaml", "folding\n  yaml"), id="long"),
        pytest.param(1, "1", id="int"),
        pytest.param(1.5, "1.5", id="decimal"),
        pytest.param(2.0, "2", id="integral float"),
        pytest.param(1234567.5, "1.2345675e+06", id="large float"),
        pytest.param(True, "true", id="bool"),
        pytest.param(None, "null", id="none"),
        pytest.param([], "[]", id="empty list"),
        pytest.param({}, "{}", id="empty map"),
    ],
)
def test_value(value: Any, text: str) -> None:
    assert encode_yaml({"k": value}) == f"k: {text}\n"


def test_nesting() -> None:
    document = {"b": [{"y": 1, "x": ["p", ["q", "r"]]}, []], "a": {"c": {"d": None}}}
    assert encode_yaml(document) == 'a:\n  c:\n    d: null\nb:\n- x:\n  - p\n  - - q\n    - r\n  "y": 1\n- []\n'


def test_long_key_takes_the_two_line_form() -> None:
    assert encode_yaml({"k" * 128: "v", "l" * 129: {"a": 1}}) == "k" * 128 + ": v\n? " + "l" * 129 + "\n: a: 1\n"


def test_key_order_is_natural() -> None:
    assert sort_keys(("a10", "b", "a2", "a_x", "ab", "Z", "a.b", "a")) == ("Z", "a", "a.b", "a_x", "a2", "a10", "ab", "b")


def test_documents_are_separated() -> None:
    out, printer = io.StringIO(), YAMLPrinter()
    for name in "ab":
        printer.print_obj({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}}, out)
    assert out.getvalue() == (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n"
    )


def test_object_without_kind_is_refused() -> None:
    with pytest.raises(CliError, match="missing apiVersion or kind"):
        YAMLPrinter().print_obj({"metadata": {}}, io.StringIO())


def test_managed_fields_are_left_out_and_the_object_kept() -> None:
    pod: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"managedFields": [{}], "name": "a"}}
    out = io.StringIO()
    OmitManagedFieldsPrinter(YAMLPrinter()).print_obj({"apiVersion": "v1", "kind": "List", "items": [pod]}, out)
    assert "managedFields" not in out.getvalue()
    assert pod["metadata"]["managedFields"] == [{}]


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t", exclude_characters="\ufeff"), max_size=60
).filter(lambda text: text not in ("=", "<<"))  # PyYAML gives these two a meaning where they stand plain
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, JSON, max_size=5))
def test_reads_back_as_written(document: dict[str, Any]) -> None:
    assert yaml.safe_load(encode_yaml(document)) == document


PIECES = [
    "a", "b", " ", "  ", ": ", ":", " #", "#", "\n", "\n\n", "\t", "-", "- ", "?", "1", "0", "0x", "_", ".", "e", "+", "'",
    "\"", "\\", "yes", "no", "null", "~", "é", "😀", "\u2028", "\xa0", "\ufeff", "\u200b", "{", "}", "[", "]", ",", "&", "*",
    "!", "|", ">", "%", "@", "`", "=", "<<", "true", "2001-01-01", "T", "Z", "10:20:30", "long words here and there ",
    "\x1b", "\r", "y", ".inf", " .",
]  # fmt: skip
NUMBERS = [
    "0o17", "089", "0b11", "-0b11", "0x1FFFFFFFFFFFFFFFFFF", "18446744073709551615", "-9223372036854775809", "+1", "+.5",
    "-.5e3", "1.", "2001-1-1", "2000-02-29", "1900-02-29", "2001-01-01T1:2:3Z", "2001-01-01 1:2:3", "2001-01-01T01:02:03",
    "2001-01-01t01:02:03.5+01:00", "2001-01-01 1:2:3.123456789012", "..", "...", "---", "--", "-", "? ", ":a", "a:",
    "a\t#b",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_same_bytes_as_kubectl(kubectl: Any, seed: int) -> None:
    source = random.Random(seed)
    made = ["".join(source.choices(PIECES, k=source.choice([1, 2, 3, 4, 6, 30]))) for _ in range(400)]
    # kubectl forgets the newline after a block that ends in a line separator
    texts = NUMBERS + [text.rstrip("\u2028") or "x" for text in made]
    keys = {f"q{index // 26:c}{index}" + text: text for index, text in enumerate(texts)}
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "list": texts, "map": {"deep": [[keys]]}}
    assert encode_yaml(document).split("\n") == kubectl.get(document, "-o", "yaml").stdout.split("\n")
