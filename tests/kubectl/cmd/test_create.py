"""create: objects out of manifests and out of flags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

ONE = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"1"}}\n'
TWO = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, labels: {a: b}}\n"


@pytest.mark.parametrize(
    ("words", "stdin", "outcome"),
    [
        ("create -f -", ONE, Outcome("configmap/one created\n", "", 0)),
        ("create -f - -o name", TWO, Outcome("configmap/two\n", "", 0)),
        ("create -f - --dry-run=client", ONE, Outcome("configmap/one created (dry run)\n", "", 0)),
        ("create -f - --dry-run=server", ONE, Outcome("configmap/one created (server dry run)\n", "", 0)),
        (
            "create -f - -l a=b",
            TWO.replace("two", "left") + TWO,
            Outcome("configmap/left created\nconfigmap/two created\n", "", 0),
        ),
        ("create -f - -l a=c", TWO, Outcome("", "error: no objects passed to create\n", 1)),
        ("create", "", Outcome("", "error: must specify one of -f and -k\n", 1)),
        ("create -f none.yaml", "", Outcome("", 'error: the path "none.yaml" does not exist\n', 1)),
        (
            "create -f - extra",
            ONE,
            Outcome("", "error: Unexpected args: [extra]\nSee 'kubectl create -h' for help and examples\n", 1),
        ),
        (
            "create -f - --dry-run=often",
            ONE,
            Outcome("", 'error: Invalid dry-run value (often). Must be "none", "server", or "client".\n', 1),
        ),
        (
            "create -f -",
            "kind: Pod",
            Outcome(
                "",
                'error: error validating "STDIN": error validating data: apiVersion not set; '
                "if you choose to ignore these errors, turn validation off with --validate=false\n",
                1,
            ),
        ),
    ],
)
def test_manifests(kubectl: Kubectl, words: str, stdin: str, outcome: Outcome) -> None:
    assert kubectl(words, stdin) == outcome


def test_one_that_fails_does_not_undo_the_others(kubectl: Kubectl, cluster: Cluster) -> None:
    assert kubectl("create -f -", ONE).code == 0
    widget = "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
    Path("all.yaml").write_text(TWO + widget + "---\n" + ONE + TWO.replace("two", "three"))
    outcome = kubectl("create -f all.yaml")
    assert outcome.stdout == "configmap/two created\nconfigmap/three created\n"
    assert outcome.stderr == (
        'resource mapping not found for name: "w" namespace: "" from "all.yaml": '
        'no matches for kind "Widget" in version "example.com/v1"\nensure CRDs are installed first\n'
        'Error from server (AlreadyExists): error when creating "all.yaml": configmaps "one" already exists\n'
    )
    assert outcome.code == 1
    assert cluster.get("configmaps", "three")["metadata"]["labels"] == {"a": "b"}


def test_a_file_that_is_not_there_is_found_before_anything_is_created(kubectl: Kubectl) -> None:
    Path("one.json").write_text(ONE)
    assert kubectl("create -f one.json -f none.json").stdout == ""
    assert kubectl("get cm one").code == 1


def test_unknown_fields_are_explained_on_a_terminal(kubectl: Kubectl) -> None:
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: typo, lables: {a: b}}\n"
    told = (
        'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: '
        'strict decoding error: unknown field "metadata.lables"\n'
    )
    assert kubectl("create -f -", manifest).stderr == told
    assert kubectl("create -f -", manifest, terminal=True).stderr == told + 'did you mean "labels"?\n'
    assert kubectl("create -f - --validate=warn", manifest).stderr == 'Warning: unknown field "metadata.lables"\n'


def test_saved_configuration_is_what_apply_compares_with(kubectl: Kubectl) -> None:
    assert kubectl("create -f - --save-config", ONE).code == 0
    assert kubectl("apply -f -", ONE) == Outcome("configmap/one unchanged\n", "", 0)


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("namespace demo", "namespace/demo"),
        ("configmap c --from-literal=a=b", "configmap/c"),
        ("secret generic s --from-literal=a=b", "secret/s"),
        ("secret docker-registry r --docker-username=u --docker-password=p", "secret/r"),
        ("serviceaccount robot", "serviceaccount/robot"),
    ],
)
def test_generators_create_what_they_show(kubectl: Kubectl, cluster: Cluster, words: str, stdout: str) -> None:
    assert kubectl(f"create {words} --dry-run=client") == Outcome(f"{stdout} created (dry run)\n", "", 0)
    assert kubectl(f"create {words} -n default") == Outcome(f"{stdout} created\n", "", 0)
    kind, _, name = stdout.partition("/")
    stored = cluster.get(f"{kind}s", name, "" if kind == "namespace" else "default")
    assert {entry["manager"] for entry in stored["metadata"].get("managedFields", [])} <= {"kubectl-create"}


def show(kubectl: Kubectl, words: str) -> dict[str, object]:
    outcome = kubectl(f"create {words} --dry-run=client -o json")
    assert (outcome.stderr, outcome.code) == ("", 0)
    shown: dict[str, object] = json.loads(outcome.stdout)
    return shown


def test_deployment(kubectl: Kubectl) -> None:
    shown = show(kubectl, "deployment web --image=reg:5000/a/nginx:1 --replicas=3 --port=80 -n blue")
    container = {"name": "nginx", "image": "reg:5000/a/nginx:1", "ports": [{"containerPort": 80}], "resources": {}}
    assert shown == {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "web", "namespace": "blue", "creationTimestamp": None, "labels": {"app": "web"}},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"creationTimestamp": None, "labels": {"app": "web"}},
                "spec": {"containers": [container]},
            },
            "strategy": {},
        },
        "status": {},
    }


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        ("quota q --hard=cpu=1000m,pods=2 --scopes=BestEffort", {"hard": {"cpu": "1", "pods": "2"}, "scopes": ["BestEffort"]}),
        (
            "service nodeport s --tcp=80:http --node-port=30080",
            {
                "ports": [{"name": "80-http", "protocol": "TCP", "port": 80, "targetPort": "http", "nodePort": 30080}],
                "selector": {"app": "s"},
                "type": "NodePort",
            },
        ),
        (
            "service externalname s --external-name=a.b",
            {"selector": {"app": "s"}, "type": "ExternalName", "externalName": "a.b"},
        ),
        (
            "poddisruptionbudget p --selector=a=b --min-available=50%",
            {"minAvailable": "50%", "selector": {"matchLabels": {"a": "b"}}},
        ),
        (
            "job j --image=busybox",
            {
                "template": {
                    "metadata": {"creationTimestamp": None},
                    "spec": {"containers": [{"name": "j", "image": "busybox", "resources": {}}], "restartPolicy": "Never"},
                }
            },
        ),
        (
            "ingress i --rule=a.b/c*=s:80,tls=t --class=n",
            {
                "ingressClassName": "n",
                "tls": [{"hosts": ["a.b"], "secretName": "t"}],
                "rules": [
                    {
                        "host": "a.b",
                        "http": {
                            "paths": [
                                {
                                    "path": "/c",
                                    "pathType": "Prefix",
                                    "backend": {"service": {"name": "s", "port": {"number": 80}}},
                                }
                            ]
                        },
                    }
                ],
            },
        ),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "",
)
def test_specs(kubectl: Kubectl, words: str, spec: object) -> None:
    assert show(kubectl, words)["spec"] == spec


def test_config_map_of_files(kubectl: Kubectl) -> None:
    Path("folder").mkdir()
    Path("folder/text").write_text("hello\n")
    Path("folder/blob").write_bytes(b"\xff\x00")
    shown = show(kubectl, "configmap c --from-file=folder --from-file=again=folder/text --from-literal=k=v=w")
    assert shown["data"] == {"again": "hello\n", "k": "v=w", "text": "hello\n"}
    assert shown["binaryData"] == {"blob": "/wA="}


def test_env_file(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTSIDE", "from the environment")
    Path("env").write_text("\ufeffA=1=2\n# no\n\n  B=\nOUTSIDE\n")
    shown = show(kubectl, "configmap c --from-env-file=env")
    assert shown["data"] == {"A": "1=2", "B": "", "OUTSIDE": "from the environment"}


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("deployment web", 'required flag(s) "image" not set'),
        ("cronjob x", 'required flag(s) "image", "schedule" not set'),
        (
            "deployment a b --image=x",
            "exactly one NAME is required, got 2\nSee 'kubectl create deployment -h' for help and examples",
        ),
        ("cm", "exactly one NAME is required, got 0\nSee 'kubectl create configmap -h' for help and examples"),
        ("cm c --from-literal=a", "invalid literal source a, expected key=value"),
        ("cm c --from-file=none", "error reading none: no such file or directory"),
        (
            "cm c --from-literal=a=1 --from-literal=a=2",
            'cannot add key "a", another key by that name already exists in Data for ConfigMap "c"',
        ),
        ("job j", "either --image or --from must be specified"),
        ("quota q --hard=cpu", "Invalid argument syntax cpu, expected <resource>=<value>"),
        ("rolebinding r --role=a --serviceaccount=b", "serviceaccount must be <namespace>:<name>"),
        ("service clusterip s", "at least one tcp port specifier must be provided"),
        ("service clusterip s --tcp=a", 'strconv.ParseUint: parsing "a": invalid syntax'),
        ("secret tls t --cert=a", "key and cert must be specified"),
        ("token robot --bound-object-name=x", "--bound-object-name can only be set if --bound-object-kind is provided"),
        (
            "cm c -o wide --dry-run=client",
            'unable to match a printer suitable for the output format "wide", allowed formats are: '
            "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml",
        ),
    ],
)
def test_generators_refuse(kubectl: Kubectl, words: str, stderr: str) -> None:
    assert kubectl(f"create {words}") == Outcome("", f"error: {stderr}\n", 1)


def test_what_the_server_refuses(kubectl: Kubectl) -> None:
    assert kubectl("create cm c").code == 0
    assert kubectl("create cm c").stderr == 'error: failed to create configmap: configmaps "c" already exists\n'
    assert kubectl("create ns default").stderr == 'Error from server (AlreadyExists): namespaces "default" already exists\n'


def test_role_names_resources_as_the_server_does(kubectl: Kubectl) -> None:
    outcome = kubectl("create role r --verb=get,get --resource=po,po/log --resource-name=web --dry-run=client -o json")
    shown = json.loads(outcome.stdout)
    assert shown["rules"] == [
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods", "pods/log"], "resourceNames": ["web"]}
    ]
    unknown = kubectl("create role r --verb=get --resource=unicorns")
    assert unknown == Outcome("", 'the server doesn\'t have a resource type "unicorns"\n', 1)


def test_json_of_what_was_created_is_in_the_order_of_structs(kubectl: Kubectl) -> None:
    made = json.loads(kubectl("create deployment web --image=nginx -o json").stdout)
    assert list(made) == ["kind", "apiVersion", "metadata", "spec", "status"]
    assert list(made["metadata"]) == [
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "labels",
    ]
    assert list(made["spec"])[:3] == ["replicas", "selector", "template"]
    shown = json.loads(kubectl("create deployment api --image=nginx -o json --show-managed-fields").stdout)
    assert shown["metadata"]["managedFields"]
