"""get against a store: tables, formats, flags, errors and watches."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from minikube_py.client.request import MERGE_PATCH, OWNER, Request
from minikube_py.component_base.poke import Listener, Poker
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

FILES = {
    "one.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}",
    "gone.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: gone}}",
    "both.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: one}}",
    "broken.yaml": "{apiVersion: v1, metadata: {name: one}}",
    "typed.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, labels: {a: yes}}}",
    "empty.yaml": "",
}


@pytest.fixture
def filled(kubectl: Kubectl) -> Kubectl:
    """Two config maps, of which one is labelled, a secret, and the files above."""
    for words in (
        "create configmap one --from-literal=a=1",
        "create configmap two",
        "create secret generic one",
        "label configmap one color=blue",
        "create configmap far -n kube-system",
    ):
        assert kubectl(words).code == 0
    for name, text in FILES.items():
        Path(name).write_text(text)
    return kubectl


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (
            "get namespaces",
            Outcome("NAME          STATUS   AGE\ndefault       Active   0s\nkube-system   Active   0s\n", "", 0),
        ),
        ("get pods", Outcome("", "No resources found in default namespace.\n", 0)),
        ("get pod web", Outcome("", 'Error from server (NotFound): pods "web" not found\n', 1)),
    ],
    ids=["table", "nothing", "missing"],
)
def test_get(kubectl: Kubectl, words: str, outcome: Outcome) -> None:
    assert kubectl(words) == outcome


CMS = "NAME   DATA   AGE\none    1      0s\ntwo    0      0s\n"


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("get cm", CMS),
        ("get ConfigMaps", CMS),
        ("get configmaps.v1.", CMS),
        ("get cm --chunk-size=1", CMS),
        ("get cm --chunk-size=-1", CMS),
        ("get cm one two", CMS),
        ("get cm two one", "NAME   DATA   AGE\ntwo    0      0s\none    1      0s\n"),
        ("get cm -l color=blue", "NAME   DATA   AGE\none    1      0s\n"),
        ("get cm -l color!=blue --no-headers", "two   0     0s\n"),
        ("get cm --field-selector metadata.name=two", "NAME   DATA   AGE\ntwo    0      0s\n"),
        ("get cm --server-print=false", "NAME   AGE\none    0s\ntwo    0s\n"),
        ("get cm one --show-labels", "NAME   DATA   AGE   LABELS\none    1      0s    color=blue\n"),
        ("get cm -L color", "NAME   DATA   AGE   COLOR\none    1      0s    blue\ntwo    0      0s    \n"),
        ("get cm one --show-kind", "NAME            DATA   AGE\nconfigmap/one   1      0s\n"),
        (
            "get cm,secret one",
            "NAME            DATA   AGE\nconfigmap/one   1      0s\n\n"
            "NAME         TYPE     DATA   AGE\nsecret/one   Opaque   0      0s\n",
        ),
        ("get cm,secret -l color", "NAME            DATA   AGE\nconfigmap/one   1      0s\n"),
        ("get cm,secret one --no-headers", "configmap/one   1     0s\nsecret/one   Opaque   0     0s\n"),
        (
            "get cm -A --no-headers",
            "default       one   1     0s\ndefault       two   0     0s\nkube-system   far   0     0s\n",
        ),
        (
            "get cm,ns -A --no-headers -l color",
            "default   configmap/one   1     0s\n",
        ),
        (
            "get ns,cm,ns -A --no-headers --field-selector metadata.name=far",
            "kube-system   configmap/far   0     0s\n",
        ),
        (
            "get cm,ns -A --field-selector metadata.name!=two",
            "NAMESPACE     NAME            DATA   AGE\ndefault       configmap/one   1      0s\n"
            "kube-system   configmap/far   0      0s\n\n"
            "NAMESPACE   NAME                    STATUS   AGE\n            namespace/default       Active   0s\n"
            "            namespace/kube-system   Active   0s\n",
        ),
        (
            "get ns,cm -A --field-selector metadata.name!=two",
            "NAME                    STATUS   AGE\nnamespace/default       Active   0s\nnamespace/kube-system   Active   0s\n\n"
            "NAMESPACE     NAME            DATA   AGE\ndefault       configmap/one   1      0s\n"
            "kube-system   configmap/far   0      0s\n",
        ),
        ("get cm --sort-by=.metadata.labels.color -o name", "configmap/two\nconfigmap/one\n"),
        ("get cm --sort-by=.metadata.labels.color --no-headers", "two   0     0s\none   1     0s\n"),
        ("get cm one -o name", "configmap/one\n"),
        ("get cm,secret one -o name", "configmap/one\nsecret/one\n"),
        ("get cm one -L color -o custom-columns=A:.data.a", "A\n1\n"),
        ("get cm -o jsonpath={.kind}/{.items[*].kind}", "List/ConfigMap ConfigMap"),
        ("get cm one -o jsonpath={.data.a}", "1"),
        ("get cm one --template {{.data.a}}", "1"),
        ("get cm one two -o jsonpath={.items[*].metadata.name}", "one two"),
        ("get -f one.yaml", "NAME   DATA   AGE\none    1      0s\n"),
        ("get -f both.yaml -o name", "configmap/one\nsecret/one\n"),
        ("get cm nope --ignore-not-found", ""),
        ("get cm nope --ignore-not-found -o yaml", ""),
        ("get -f gone.yaml --ignore-not-found", ""),
        ("get pods --ignore-not-found", ""),
    ],
    ids=lambda value: value if value.startswith("get") else "",
)
def test_shown(filled: Kubectl, words: str, stdout: str) -> None:
    assert filled(words) == Outcome(stdout, "", 0)


WATCH = "watch is only supported on individual resources and resource collections"
NONE_HERE = "No resources found in default namespace.\n"


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("get pods", NONE_HERE),
        ("get pods -n elsewhere", "No resources found in elsewhere namespace.\n"),
        ("get pods -A", "No resources found\n"),
        ("get nodes", "No resources found\n"),
        ("get pods,nodes", "No resources found\n"),
        ("get -f empty.yaml", NONE_HERE),
        ("get -f one.yaml -l color=blue", NONE_HERE),
        ("get cm --sort-by=.metadata.nope", NONE_HERE),
        ("get cm --sort-by=.metadata[", NONE_HERE),
    ],
    ids=lambda value: value if value.startswith("get") else "",
)
def test_nothing_found_is_no_failure(filled: Kubectl, words: str, stderr: str) -> None:
    assert filled(words) == Outcome("", stderr, 0)


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("get unicorns.example.com", 'error: the server doesn\'t have a resource type "unicorns"'),
        ("get pods.apps", 'error: the server doesn\'t have a resource type "pods"'),
        ("get pods.v1", 'error: the server doesn\'t have a resource type "pods"'),
        ("get cm,", 'error: the server doesn\'t have a resource type ""'),
        ("get cm one -A", "error: a resource cannot be retrieved by name across all namespaces"),
        ("get cm one -l a=b", "error: name cannot be provided when a selector is specified"),
        ("get cm one --field-selector a=b", "error: name cannot be provided when a selector is specified"),
        ("get cm/one -l a=b", "error: selectors and the all flag cannot be used when passing resource/name arguments"),
        ("get all one", "error: you must specify only one resource"),
        ("get cm,pods/one", "error: arguments in resource/name form must have a single resource and name"),
        ("get cm/a/b", "error: arguments in resource/name form may not have more than one slash"),
        ("get cm a%b", "error: invalid resource name \"a%b\": [may not contain '%']"),
        ("get cm --subresource=scale", "error: subresource cannot be used when bulk resources are specified"),
        ("get cm one --subresource=status", "Error from server (NotFound): the server could not find the requested resource"),
        ("get cm one -n elsewhere", 'Error from server (NotFound): namespaces "elsewhere" not found'),
        (
            "get cm -l a=(b)",
            'Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "a=(b)", '
            "field selector \"\": unable to parse requirement: found '(', expected: identifier",
        ),
        (
            "get cm --field-selector data.a=b",
            'Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "", '
            'field selector "data.a=b": "data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        (
            "get jobs --field-selector a=b",
            'Error from server (BadRequest): Unable to find "batch/v1, Resource=jobs" that match label selector "", '
            'field selector "a=b": field label "a" not supported for Job',
        ),
        ("get -f one.yaml cm", "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"),
        ("get -f one.yaml cm/one", "error: resource/name arguments cannot be provided when a path is specified"),
        ("get -f nowhere.yaml", 'error: the path "nowhere.yaml" does not exist'),
        (
            "get -f broken.yaml",
            "unable to decode \"broken.yaml\": Object 'Kind' is missing in '{\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"one\"}}'",
        ),
        (
            "get -f typed.yaml -o name",
            'error: unable to decode "typed.yaml": '
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        ("get -f one.yaml -A", 'no namespace set on resource /v1, Resource=configmaps "one"'),
        ("get -f one.yaml -A -o name", 'error: no namespace set on resource /v1, Resource=configmaps "one"'),
        ("label -f one.yaml -A a=b", 'error: no namespace set on resource /v1, Resource=configmaps "one"'),
        ("get -f both.yaml -w", f"error: {WATCH} - more than 1 resource was found"),
        ("get cm nope -w --ignore-not-found", 'Error from server (NotFound): configmaps "nope" not found'),
        ("get cm --show-labels -o yaml", "error: --show-labels option cannot be used with yaml printer"),
        ("get cm --output-watch-events", "error: --output-watch-events option can only be used with --watch or --watch-only"),
        ("get cm,secret -w", "error: you may only specify a single resource type"),
        ("get cm nope -w", 'Error from server (NotFound): configmaps "nope" not found'),
        ("get cm,secret --sort-by=.metadata.name", 'error: couldn\'t find any field with path "{.metadata.name}" in the list of objects'),
        ("get pods --request-timeout=soon", "error: Invalid timeout value. Timeout must be a single integer in seconds, "
         "or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"),
        ("get --raw nope", 'error: --raw must be a valid URL path: parse "nope": invalid URI for request'),
        ("get --raw /healthz pods", "error: arguments may not be passed when --raw is specified"),
        ("get --raw /healthz -o yaml", "error: --raw and --output are mutually exclusive"),
        ("get --raw /nope", "Error from server (NotFound): the server could not find the requested resource"),
        ("get --raw /api/v2/pods", "Error from server (NotFound): the server could not find the requested resource"),
        ("get --raw /api/v1/namespaces/default/configmaps/x", 'Error from server (NotFound): configmaps "x" not found'),
    ],
    ids=lambda value: value if value.startswith("get") else "",
)  # fmt: skip
def test_refused(filled: Kubectl, words: str, stderr: str) -> None:
    assert filled(words) == Outcome("", stderr + "\n", 1)


def test_without_arguments(kubectl: Kubectl) -> None:
    outcome = kubectl("get")
    assert (outcome.stdout, outcome.code) == ("", 1)
    assert "error: Required resource not specified." in outcome.stderr


@pytest.mark.parametrize(
    ("output", "stdout"),
    [
        ("", "NAME   DATA   AGE\none    1      0s\n"),
        ("-o name", "configmap/one\n"),
        ("-o jsonpath={.items[*].metadata.name}", "one"),
    ],
)
def test_what_is_there_is_shown_before_what_is_missing(filled: Kubectl, output: str, stdout: str) -> None:
    missing = 'Error from server (NotFound): configmaps "nope" not found\n'
    assert filled(f"get cm nope one {output}") == Outcome(stdout, missing, 1)


def test_a_list_of_nothing_but_missing_names_is_empty(filled: Kubectl) -> None:
    outcome = filled("get cm nope neither -o jsonpath={.kind}:{.items}")
    assert (outcome.stdout, outcome.code) == ("List:[]", 1)
    assert outcome.stderr.count("not found") == 2


def test_warnings_of_a_deprecated_kind_come_once(kubectl: Kubectl) -> None:
    warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"
    assert kubectl("get endpoints") == Outcome("", warning + NONE_HERE, 0)
    missing = 'Error from server (NotFound): endpoints "{}" not found\n'
    assert kubectl("get endpoints a b").stderr == warning + missing.format("a") + missing.format("b")


def test_scale_is_a_table_of_its_own(kubectl: Kubectl) -> None:
    assert kubectl("create deployment web --image=nginx --replicas=2").code == 0
    assert (
        kubectl("get deployment web --subresource=scale").stdout
        == "NAME   DESIRED   AVAILABLE   AGE\nweb    2         0           0s\n"
    )


@pytest.mark.parametrize(
    ("path", "stdout"),
    [
        ("/healthz", "ok"),
        ("/api/v1/namespaces/default/pods", '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"8"},"items":[]}\n'),
        ("/api", '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]}\n'),
    ],
)  # fmt: skip
def test_raw(kubectl: Kubectl, cluster: Cluster, path: str, stdout: str) -> None:
    revision = cluster.store.current_revision()
    assert kubectl(f"get --raw {path}") == Outcome(stdout.replace('"8"', f'"{revision}"'), "", 0)


class Script(Listener):
    """Does one step each time a watch has looked, and lets the watch's time be over after the last."""

    steps: list[Callable[[], None]]
    cluster: Cluster

    def drain(self) -> bool:
        if self.steps:
            self.steps.pop(0)()
        else:
            self.cluster.clock.advance(60)
        drained = super().drain()
        poker = Poker(os.path.dirname(self.path))  # so that nobody waits for the next step
        poker.poke()
        poker.close()
        return drained


def play(cluster: Cluster, tmp_path: Path, *steps: Callable[[], None]) -> None:
    """Let each step happen while the next command watches."""

    def listen() -> Listener:
        script = Script(tmp_path / "pokes", "script")
        script.cluster, script.steps = cluster, [lambda: None, *steps]
        return script

    cluster.listen = listen


def change(cluster: Cluster, name: str, data: dict[str, str]) -> Callable[[], None]:
    def step() -> None:
        request = Request("patch", "", "v1", "configmaps", "default", name, body={"data": data}, content_type=MERGE_PATCH)
        cluster.server.handle(request)

    return step


def remove(cluster: Cluster, name: str) -> Callable[[], None]:
    def step() -> None:
        cluster.server.handle(Request("delete", "", "v1", "configmaps", "default", name))

    return step


def add(cluster: Cluster, name: str) -> Callable[[], None]:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}

    def step() -> None:
        cluster.create("", "configmaps", obj, "default")

    return step


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("get cm -w", CMS + "three   0      0s\none     2      0s\ntwo     0      0s\n"),
        ("get cm --watch-only", "NAME    DATA   AGE\nthree   0      0s\none     2      0s\ntwo     0      0s\n"),
        ("get cm one -w", "NAME   DATA   AGE\none    1      0s\none    2      0s\n"),
        ("get cm -l color=blue -w", "NAME   DATA   AGE\none    1      0s\none    2      0s\n"),
        ("get cm -w -o name", "configmap/one\nconfigmap/two\nconfigmap/three\nconfigmap/one\nconfigmap/two\n"),
        (
            "get cm -w --output-watch-events --no-headers",
            "ADDED      one   1     0s\nADDED      two   0     0s\n"
            "ADDED      three   0     0s\nMODIFIED   one     2     0s\nDELETED    two     0     0s\n",
        ),
        (
            "get cm -w --output-watch-events -o jsonpath={.type}:{.object.metadata.name},",
            "ADDED:one,ADDED:two,ADDED:three,MODIFIED:one,DELETED:two,",
        ),
        ("get -f one.yaml -w", "NAME   DATA   AGE\none    1      0s\none    2      0s\n"),
        ("get cm -w --server-print=false --no-headers", "one   0s\ntwo   0s\nthree   0s\none     0s\ntwo     0s\n"),
    ],
    ids=lambda value: value if value.startswith("get") else "",
)
def test_watch(filled: Kubectl, cluster: Cluster, tmp_path: Path, words: str, stdout: str) -> None:
    play(cluster, tmp_path, add(cluster, "three"), change(cluster, "one", {"b": "2"}), remove(cluster, "two"))
    assert filled(f"{words} --request-timeout=30s") == Outcome(stdout, "", 0)


def test_a_watch_of_several_names_shows_them_and_gives_up(filled: Kubectl) -> None:
    assert filled("get cm one two -w") == Outcome(
        CMS, "error: you may only watch a single resource or type of resource at a time\n", 1
    )


def test_a_watch_of_a_file_of_several_shows_them_and_gives_up(filled: Kubectl) -> None:
    Path("pair.yaml").write_text(FILES["one.yaml"] + "\n---\n" + FILES["one.yaml"].replace("one", "two"))
    assert filled("get -f pair.yaml -w") == Outcome(CMS, f"error: {WATCH} - 2 resources were found\n", 1)


def test_watch_events_as_json_say_first_what_happened(filled: Kubectl, cluster: Cluster, tmp_path: Path) -> None:
    play(cluster, tmp_path, add(cluster, "three"))
    outcome = filled("get cm --watch-only --output-watch-events -o json --request-timeout=30s")
    assert outcome.stdout.startswith('{"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{')
    assert outcome.stdout.count("\n") == 1


def test_sorting_is_not_for_watches(filled: Kubectl, cluster: Cluster, tmp_path: Path) -> None:
    play(cluster, tmp_path, add(cluster, "three"))
    outcome = filled("get cm --watch-only --sort-by=.metadata.name --no-headers --request-timeout=30")
    assert outcome == Outcome("three   0     0s\n", "warning: --watch-only requested, --sort-by will be ignored\n", 0)


def test_raw_watch_is_a_line_of_json_an_event(cluster: Cluster, tmp_path: Path) -> None:
    play(cluster, tmp_path, add(cluster, "three"))
    parts = cluster.transport.raw("GET", "/api/v1/namespaces/default/configmaps?watch=true", b"", OWNER)
    line = next(iter(parts))
    assert line.startswith(b'{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"three",')
    assert line.endswith(b"}}\n") and line.count(b"\n") == 1
