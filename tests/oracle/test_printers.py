"""What kubectl prints of files, without a server: YAML, JSON, jsonpath, go-template and name, of chosen and of random objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.conftest import Both

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "web",
        "labels": {"app": "web", "tier": "front"},
        "annotations": {"note": "a b", "json": '{"a": [1, 2]}'},
    },
    "spec": {
        "containers": [
            {"name": "one", "image": "nginx:1.27", "ports": [{"containerPort": 80}, {"containerPort": 443, "name": "tls"}]},
            {
                "name": "two",
                "image": "busybox",
                "args": ["sh", "-c", "echo 'hi'\nsleep 1"],
                "env": [{"name": "A", "value": "1"}],
            },
        ],
        "terminationGracePeriodSeconds": 5,
    },
}
LIST = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "labels": {"n": str(size)}},
            "data": {"size": str(size)},
        }
        for name, size in (("a", 3), ("b", 1), ("c", 20))
    ],
}

JSONPATHS = [
    "{.metadata.name}",
    "{$.metadata.name}",
    "{@.metadata.name}",
    ".metadata.name",
    "metadata.name",
    "{.metadata.labels.app}{'\\n'}",
    '{.metadata.labels.app}{"\\t"}{.metadata.labels.tier}{"\\n"}',
    "{.metadata.labels}",
    "{.metadata.annotations.json}",
    "{.metadata['name']}",
    "{.metadata['name','labels']}",
    "{.metadata.labels['app']}",
    "{.spec.containers[*].name}",
    "{.spec.containers[0].name}",
    "{.spec.containers[-1].name}",
    "{.spec.containers[-1:].name}",
    "{.spec.containers[0:1].name}",
    "{.spec.containers[0,1].name}",
    "{.spec.containers[::2].name}",
    "{.spec.containers[::-1].name}",
    "{.spec.containers[1:0].name}",
    "{.spec.containers[5].name}",
    "{.spec.containers[-5].name}",
    "{.spec.containers[0:5].name}",
    "{.spec.containers.name}",
    "{.spec.containers[*].ports[*].containerPort}",
    "{..name}",
    "{..containerPort}",
    "{.spec..name}",
    "{.spec.containers[?(@.name=='two')].image}",
    '{.spec.containers[?(@.name=="two")].image}',
    "{.spec.containers[?(@.name!='two')].image}",
    "{.spec.containers[?(@.ports)].name}",
    "{.spec.containers[?(@.ports[0].containerPort==80)].name}",
    "{.spec.containers[?(@.ports[0].containerPort>79)].name}",
    "{.spec.containers[?(@.ports[0].containerPort>=80)].name}",
    "{.spec.containers[?(@.ports[0].containerPort<80)].name}",
    "{.spec.containers[?(@.nope)].name}",
    "{.spec.containers[?(@.name=='nope')].name}",
    "{.spec.containers[?(@.name)]}",
    "{range .spec.containers[*]}{.name}={.image}{'\\n'}{end}",
    "{range .spec.containers[*]}{.name}: {range .ports[*]}{.containerPort},{end};{end}",
    "{range .spec.containers[*]}[{.name}]{end} done",
    "text {.kind} more",
    "{.kind}/{.metadata.name}",
    "{'quoted {} text'}{.kind}",
    "{.nope}",
    "{.nope.deeper}",
    "{.metadata.nope}{.kind}",
    "{.spec.terminationGracePeriodSeconds}",
    "{.spec}",
    "{.metadata.annotations.note}",
    "{.metadata.labels.app }",
    "{ .kind }",
    "{}",
    "",
    "{.kind",
    "{.kind}}",
    "{range .spec.containers[*]}{.name}",
    "{end}",
    "{.spec.containers[}",
    "{.spec.containers[x].name}",
    "{.spec.containers[?(@.name='two')].image}",
    '{.spec.containers[?(.name=="two")].image}',
    '{.spec.containers[?@.name=="two"].image}',
    "{.metadata.labels['app}",
    "{'unterminated}",
    "{$}",
    "{@}",
    "{.metadata\\.name}",
    "{.spec.containers[*]['name','image']}",
    "{[*]}",
    "{.items[*].metadata.name}",
    "{#}",
    "{.a b}",
    '{.spec.containers[0].ports[?(@.name=="tls")].containerPort}',
    "{.spec.containers[0].name}{.spec.containers[1].name}",
    "{true}",
    "{1}",
    "{1.5}",
    '{"a\\"b"}',
    "{.spec.containers[0]..containerPort}",
    "{.metadata.labels.app}-{.metadata.labels.tier}",
    "{.spec.containers[*].env[*].value}",
    "{.spec.containers[?(@.image==@.image)].name}",
    "{.spec.containers[?(@.name=~'o')].name}",
    "{.metadata.name[0]}",
    "{range}",
    "{.spec.containers[0:].name}",
    "{.spec.containers[:1].name}",
    "{.spec.containers[:].name}",
    "{.spec.containers[a:b].name}",
    "{.spec.containers[0:2:0].name}",
    "{.spec.containers[9223372036854775808].name}",
]

TEMPLATES = [
    "{{.kind}}",
    '{{.metadata.name}}{{"\\n"}}',
    '{{range .spec.containers}}{{.name}} {{.image}}{{"\\n"}}{{end}}',
    "{{range $i, $c := .spec.containers}}{{$i}}={{$c.name}};{{end}}",
    "{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}",
    "{{range .spec.nope}}x{{else}}none{{end}}",
    "{{if .spec.nope}}yes{{else}}no{{end}}",
    "{{if and .kind .metadata.name}}both{{end}}",
    "{{if or .nope .kind}}one{{end}}",
    "{{if not .nope}}not{{end}}",
    '{{if eq .kind "Pod"}}pod{{else if eq .kind "X"}}x{{end}}',
    '{{if ne .kind "Pod"}}other{{else}}same{{end}}',
    "{{with .metadata}}{{.name}}{{end}}",
    "{{with $x := .metadata.name}}{{$x}}{{end}}",
    "{{.metadata.labels}}",
    "{{.spec.containers}}",
    "{{len .spec.containers}}",
    "{{index .spec.containers 0}}",
    "{{(index .spec.containers 1).name}}",
    '{{index .metadata.labels "app"}}',
    "{{index .spec.containers 7}}",
    '{{printf "%s-%d-%v" .kind 3 true}}',
    '{{printf "%05.2f|%-6s|%6s|%q|%x" 3.14159 "ab" "cd" "q" "hex"}}',
    "{{print .kind .metadata.name 1 2}}",
    "{{println .kind 1}}",
    '{{.kind | printf "%s!"}}',
    "{{.metadata.name | len}}",
    '{{html "<a>"}} {{js "it\'s"}} {{urlquery "a b&c"}}',
    '{{"aGVsbG8=" | base64decode}}',
    '{{base64decode "***"}}',
    '{{exists .metadata "labels" "app"}} {{exists .metadata "nope"}}',
    "{{.nope}}",
    "{{.nope.deeper}}",
    "{{.metadata.nope}}",
    "{{/* comment */}}x",
    "{{- .kind -}} y",
    'a {{- " b " -}} c',
    '{{define "t"}}[{{.}}]{{end}}{{template "t" .kind}}',
    '{{block "b" .kind}}<{{.}}>{{end}}',
    "{{$x := 1}}{{$x = 2}}{{$x}}",
    '{{range .spec.containers}}{{if eq .name "two"}}{{break}}{{end}}{{.name}}{{end}}',
    '{{range .spec.containers}}{{if eq .name "one"}}{{continue}}{{end}}{{.name}}{{end}}',
    "{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 1 2}}",
    "{{eq 1 1 2}} {{eq 2 1 2}}",
    "{{slice .kind 0 2}}",
    "{{call .kind}}",
    "{{nope .kind}}",
    "{{.kind",
    "{{end}}",
    "{{if}}{{end}}",
    "{{range .kind}}x{{end}}",
    "{{1.5}} {{0x10}} {{'a'}} {{`raw`}} {{true}} {{nil}}",
    "{{.spec.terminationGracePeriodSeconds}}",
    "{{if gt .spec.terminationGracePeriodSeconds 3.0}}long{{end}}",
    "{{if gt .spec.terminationGracePeriodSeconds 3}}long{{end}}",
    "{{.metadata.name.nope}}",
    "{{len 3}}",
    '{{index .kind "x"}}',
    '{{template "nope"}}',
    "{{$y}}",
    "{{with .nope}}x{{else with .kind}}{{.}}{{end}}",
    "{{.}}",
    "{{$.kind}}",
    "{{range $i := .spec.containers}}{{$i.name}}{{end}}",
    '{{and 1 0 2}} {{or 0 "" "x"}} {{not 0}}',
    '{{"a" | printf "%s%s" "b"}}',
]

FORMATS = [
    "yaml",
    "json",
    "name",
    "",
    "jsonpath={.kind}",
    "jsonpath-as-json={.metadata}",
    "go-template={{.kind}}",
    "wide",
    "nope",
]
BAD_FORMATS = [
    "jsonpath",
    "jsonpath=",
    "go-template",
    "go-template=",
    "custom-columns=A:.kind",
    "jsonpath-file=nope",
    "YAML",
    "Json",
]


def show(both: Both, obj: object, output: str, *flags: str) -> None:
    """Assert that both print an object alike."""
    theirs, ours = both(["label", "--local", "-f", "-", "-o", output, "x=y", *flags], json.dumps(obj))
    if ".." in output:  # Go visits the keys of a map in any order, and kubectl prints what it meets
        theirs, ours = (one._replace(stdout=" ".join(sorted(one.stdout.split()))) for one in (theirs, ours))
    assert ours == theirs


@pytest.mark.parametrize("path", JSONPATHS)
def test_jsonpath(both: Both, path: str) -> None:
    show(both, POD, f"jsonpath={path}")


@pytest.mark.parametrize("path", JSONPATHS[::3])
def test_jsonpath_as_json(both: Both, path: str) -> None:
    show(both, POD, f"jsonpath-as-json={path}")


@pytest.mark.parametrize("path", JSONPATHS[::4])
def test_jsonpath_without_missing_keys(both: Both, path: str) -> None:
    show(both, POD, f"jsonpath={path}", "--allow-missing-template-keys=false")


@pytest.mark.parametrize("template", TEMPLATES)
def test_go_template(both: Both, template: str) -> None:
    show(both, POD, f"go-template={template}")


@pytest.mark.parametrize("template", [t for t in TEMPLATES if "nope" in t])
def test_go_template_without_missing_keys(both: Both, template: str) -> None:
    show(both, POD, f"go-template={template}", "--allow-missing-template-keys=false")


@pytest.mark.parametrize("output", FORMATS + BAD_FORMATS)
@pytest.mark.parametrize("obj", [POD, LIST], ids=["pod", "list"])
def test_formats(both: Both, output: str, obj: object) -> None:
    show(both, obj, output)


UNPRINTABLE = "".join(map(chr, [0xFEFF, 0xFFFE, 0xFFFF, *range(0x7F, 0xA0)]))  # left_out.txt
CHARACTERS = st.characters(codec="utf-8", blacklist_categories=("Cs",), blacklist_characters=UNPRINTABLE)
TEXTS = st.text(CHARACTERS, max_size=60)
KEYS = st.from_regex(r"[-._a-zA-Z0-9]{1,12}", fullmatch=True)
YAMLISH = st.sampled_from(json.loads((Path(__file__).parent / "odd_texts.json").read_text()))


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    derandomize=True,
)
@given(st.dictionaries(KEYS, TEXTS | YAMLISH, min_size=1, max_size=12))
def test_yaml_of_random_texts(both: Both, data: dict[str, str]) -> None:
    """However odd a text is, its YAML is quoted, folded and ordered alike."""
    show(both, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}, "yaml")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool) | YAMLISH.filter(bool), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    derandomize=True,
)
@given(st.dictionaries(st.sampled_from(["spec", "data", "x", "items2"]), VALUES, max_size=3), st.sampled_from(["yaml", "json"]))
def test_random_objects(both: Both, fields: dict[str, object], output: str) -> None:
    """Objects of kinds that nobody knows are printed alike, with all their numbers, nulls and empty lists."""
    show(both, {"apiVersion": "example.com/v1", "kind": "Odd", "metadata": {"name": "c"}, **fields}, output)
