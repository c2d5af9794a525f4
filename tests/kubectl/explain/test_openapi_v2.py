"""The older layout of explain: headings, types without names, wrapping at 80 columns."""

from __future__ import annotations

import io

import pytest

from minikube_py.kubectl.explain.nodes import REF
from minikube_py.kubectl.explain.openapi_v2 import print_schema_v2
from minikube_py.kubectl.explain.plaintext import ExplainError, GroupVersionKind

POD = {"$ref": REF + "io.k8s.api.core.v1.Pod"}


def explain(path: str, recursive: bool = False) -> list[str]:
    """Return the lines printed for a field of a pod."""
    out = io.StringIO()
    print_schema_v2(out, POD, path.split(".") if path else [], recursive, GroupVersionKind("", "v1", "Pod"))
    return out.getvalue().split("\n")


def test_kind_has_no_resource_line_and_its_own_description_first() -> None:
    assert explain("")[:5] == [
        "KIND:     Pod",
        "VERSION:  v1",
        "",
        "DESCRIPTION:",
        "     Pod is a collection of containers that can run on a host. This resource is",
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("spec.nodeName", "FIELD:    nodeName <string>"),
        ("spec.containers", "RESOURCE: containers <[]Object>"),
        ("spec.nodeSelector", "FIELD:    nodeSelector <map[string]string>"),
        ("spec.nodeName.anything", "FIELD:    anything <string>"),
    ],
    ids=lambda value: value.split(" ")[0],
)
def test_field_lines(path: str, line: str) -> None:
    assert explain(path)[3] == line


@pytest.mark.parametrize("how", ["nullable", "x-kubernetes-preserve-unknown-fields"])
def test_where_anything_may_stand_there_is_no_type(how: str) -> None:
    field = {"type": "object", "properties": {"a": {"type": "string"}}, how: True}
    out = io.StringIO()
    root = {"type": "object", "properties": {"free": field}}
    print_schema_v2(out, root, [], False, GroupVersionKind("example.com", "v1", "Widget"))
    assert "   free\t<>\n" in out.getvalue()


def test_fields_tell_what_is_required() -> None:
    lines = explain("spec.containers.ports")
    assert "   containerPort\t<integer> -required-" in lines
    assert "   hostIP\t<string>" in lines


def test_recursive_tree_is_indented_by_three_and_tells_no_requirements() -> None:
    lines = explain("spec.containers", recursive=True)
    assert lines[lines.index("   ports\t<[]Object>") + 1] == "      containerPort\t<integer>"
    assert not any("-required-" in line for line in lines)


def test_missing_field_is_refused_before_anything_is_printed() -> None:
    out = io.StringIO()
    with pytest.raises(ExplainError, match=r'^field "no" does not exist$'):
        print_schema_v2(out, POD, ["spec", "no", "more"], False, GroupVersionKind("", "v1", "Pod"))
    assert out.getvalue() == ""
