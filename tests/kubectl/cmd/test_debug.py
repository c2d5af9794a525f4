"""debug: what it creates under each profile, what it says, and how it joins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.streams import STDOUT, End, Output, StreamError
from tests.kubectl.cmd.conftest import Cluster, Kubectl
from tests.kubectl.cmd.pods import PlayedStreams, create_pod, set_status

Object = dict[str, Any]

LEGACY = (
    "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, "
    'for example "--profile=general".\n'
)
ROOT_NEEDED = "Warning: Non-root user is configured for the entire target Pod"
RESTRICTED = {
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "allowPrivilegeEscalation": False,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTEXTS: dict[str, Object | None] = {
    "legacy": None,
    "general": {"capabilities": {"add": ["SYS_PTRACE"]}},
    "baseline": None,
    "restricted": RESTRICTED,
    "netadmin": {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}},
    "sysadmin": {"privileged": True},
}
HOST = {"hostNetwork": True, "hostPID": True, "hostIPC": True}


@pytest.fixture
def web(cluster: Cluster) -> Object:
    """A running pod with a label, an annotation and probes."""
    create_pod(cluster, "web", labels={"app": "web"}, annotations={"note": "x"})
    return set_status(cluster, "web")


@pytest.fixture
def node(cluster: Cluster) -> Object:
    return cluster.create("", "nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "minikube"}})


def find_ephemeral(cluster: Cluster) -> Object:
    found: Object = cluster.get("pods", "web")["spec"]["ephemeralContainers"][-1]
    return found


@pytest.mark.parametrize("profile", CONTEXTS)
def test_an_ephemeral_container_has_the_rights_of_its_profile(
    kubectl: Kubectl, cluster: Cluster, web: Object, profile: str
) -> None:
    outcome = kubectl(f"debug web --image=busybox -c dbg --profile={profile} -- ls /")
    assert outcome == ("", LEGACY if profile == "legacy" else "", 0)
    made = find_ephemeral(cluster)
    assert made.get("securityContext") == CONTEXTS[profile]
    kept = ("name", "image", "command", "terminationMessagePolicy", "imagePullPolicy", "terminationMessagePath")
    assert [made[key] for key in kept] == ["dbg", "busybox", ["ls", "/"], "File", "Always", "/dev/termination-log"]


@pytest.mark.parametrize("profile", CONTEXTS)
def test_a_pod_on_a_node_sees_what_its_profile_allows(kubectl: Kubectl, cluster: Cluster, node: Object, profile: str) -> None:
    outcome = kubectl(f"debug node/minikube --image=busybox --profile={profile} --env=A=b")
    name = outcome.stdout.split()[3]
    assert outcome.stdout == f"Creating debugging pod {name} with container debugger on node minikube.\n"
    assert name.startswith("node-debugger-minikube-") and len(name) == len("node-debugger-minikube-") + 5
    pod = cluster.get("pods", name)
    spec, container = pod["spec"], pod["spec"]["containers"][0]
    assert container["env"] == [{"name": "A", "value": "b"}]
    assert spec["restartPolicy"] == "Never" and {"operator": "Exists"} in spec["tolerations"]
    assert spec["nodeName"] == "minikube" and "labels" not in pod["metadata"]
    assert {key: spec[key] for key in HOST if key in spec} == ({} if profile in ("baseline", "restricted") else HOST)
    sees_root = {"mountPath": "/host", "name": "host-root"} in [
        {key: mount[key] for key in ("mountPath", "name")} for mount in container.get("volumeMounts", [])
    ]
    assert sees_root == (profile in ("legacy", "general", "sysadmin"))
    assert container.get("securityContext") == (None if profile == "general" else CONTEXTS[profile])


@pytest.mark.parametrize("profile", CONTEXTS)
def test_a_copy_has_what_its_profile_keeps(kubectl: Kubectl, cluster: Cluster, web: Object, profile: str) -> None:
    kubectl(f"debug web --image=busybox --copy-to=two -c side --profile={profile}")
    copied = cluster.get("pods", "two")
    legacy = profile == "legacy"
    assert copied["metadata"].get("annotations") == ({"note": "x"} if legacy else None)
    assert "labels" not in copied["metadata"]
    assert copied["spec"].get("shareProcessNamespace") == (None if legacy else True)
    assert copied["spec"].get("nodeName") is None
    assert [c["name"] for c in copied["spec"]["containers"]] == ["main", "side"]
    assert copied["spec"]["containers"][1].get("securityContext") == CONTEXTS[profile]


PROBE = {"exec": {"command": ["true"]}}


@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ("", set()),
        ("--keep-labels", {"labels"}),
        ("--keep-annotations", {"annotations"}),
        ("--keep-liveness --keep-readiness --keep-startup", {"livenessProbe", "readinessProbe", "startupProbe"}),
        ("--keep-readiness", {"readinessProbe"}),
    ],
)
def test_a_copy_keeps_what_flags_say(kubectl: Kubectl, cluster: Cluster, flags: str, kept: set[str]) -> None:
    probes = {"livenessProbe": PROBE, "readinessProbe": PROBE, "startupProbe": PROBE}
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "labels": {"a": "b"}, "annotations": {"a": "b"}},
        "spec": {"containers": [{"name": "main", "image": "busybox", **probes}]},
    }
    cluster.create("", "pods", body, "default")
    kubectl(f"debug web --copy-to=two --image=busybox --profile=general {flags}")
    copied = cluster.get("pods", "two")
    there = {key for key in ("labels", "annotations") if copied["metadata"].get(key)}
    assert there | {key for key in probes if key in copied["spec"]["containers"][0]} == kept


def test_a_copy_without_init_containers_on_the_same_node_in_place_of_the_pod(kubectl: Kubectl, cluster: Cluster) -> None:
    create_pod(cluster, "web", initContainers=[{"name": "setup", "image": "busybox"}])
    flags = "--same-node --replace --keep-init-containers=false --share-processes=false --profile=general"
    kubectl(f"debug web --copy-to=two {flags} --set-image=*=nginx,main=httpd -c main --arguments-only -- -x")
    copied = cluster.get("pods", "two")["spec"]
    assert "initContainers" not in copied and copied["nodeName"] == "minikube" and not copied["shareProcessNamespace"]
    assert (copied["containers"][0]["image"], copied["containers"][0]["args"]) == ("httpd", ["-x"])
    gone = cluster.server.store.get
    assert "deletionTimestamp" not in cluster.get("pods", "two")["metadata"] and gone is not None
    assert kubectl("get pod web").code == 1


def test_only_images_of_a_copy_change(kubectl: Kubectl, cluster: Cluster, web: Object) -> None:
    assert kubectl("debug web --copy-to=two --set-image=main=nginx") == ("", LEGACY, 0)
    assert [c["image"] for c in cluster.get("pods", "two")["spec"]["containers"]] == ["nginx"]


def test_a_container_without_name_gets_one(kubectl: Kubectl, cluster: Cluster, web: Object) -> None:
    stdout = kubectl("debug web --image=busybox --profile=general --target=main").stdout
    name = find_ephemeral(cluster)["name"]
    targeting = (
        'Targeting container "main". If you don\'t see processes from this container it may be because the container runtime '
    )
    assert stdout == f"{targeting}doesn't support this feature.\nDefaulting debug container name to {name}.\n"
    assert find_ephemeral(cluster)["targetContainerName"] == "main"
    assert kubectl("debug web --image=busybox --profile=general -q").stdout == ""


def test_the_same_name_again_changes_nothing(kubectl: Kubectl, cluster: Cluster, web: Object) -> None:
    kubectl("debug web --image=busybox -c dbg -- ls")
    before = cluster.get("pods", "web")
    assert kubectl("debug web --image=busybox -c dbg -- true") == ("", LEGACY, 0)
    assert cluster.get("pods", "web")["spec"] == before["spec"]


def test_a_custom_profile_goes_over_the_other(kubectl: Kubectl, cluster: Cluster, web: Object) -> None:
    Path("custom.yaml").write_text("env: [{name: A, value: c}, {name: B, value: d}]\nsecurityContext: {runAsUser: 0}\n")
    kubectl("debug web --image=busybox --env=A=b --profile=general --custom=custom.yaml")
    made = find_ephemeral(cluster)
    assert made["env"] == [{"name": "A", "value": "c"}, {"name": "B", "value": "d"}]
    assert made["securityContext"] == {"capabilities": {"add": ["SYS_PTRACE"]}, "runAsUser": 0}


def test_a_user_who_is_not_root_is_warned(kubectl: Kubectl, cluster: Cluster) -> None:
    create_pod(cluster, "web", securityContext={"runAsUser": 1000})
    assert kubectl("debug web --image=busybox --profile=sysadmin").stderr.startswith(ROOT_NEEDED)
    assert kubectl("debug web --image=busybox --profile=baseline").stderr == ""


REFUSED = [
    ("debug", "you must specify --image when not using --copy-to."),
    ("debug --image=x --tty web", "-i/--stdin is required for containers with -t/--tty=true"),
    ("debug web --image=Bad:x:y", 'invalid image name "Bad:x:y": invalid reference format'),
    ("debug web --image=a --image-pull-policy=foo", "invalid image pull policy: foo"),
    ("debug --image=a", "NAME or filename is required for debug"),
    ("debug web --image=a --replace", "--replace may only be used with --copy-to."),
    ("debug web --image=a --same-node", "--same-node may only be used with --copy-to."),
    ("debug web --image=a --set-image=a=b", "--set-image may only be used with --copy-to."),
    ("debug web --copy-to=x", "you must specify --image, --set-image or command arguments."),
    ("debug web --copy-to=x -- ls", "you must specify an existing container or a new image when specifying args."),
    ("debug web --image=a --profile=zz", "unknown profile: zz"),
    ("debug web --image=a --target=x --copy-to=b", "--target is incompatible with --copy-to. Use --share-processes instead."),
    ("debug web --attach", "you must specify --container or create a new container using --image in order to attach."),
    (
        "debug web --image=a --custom=no",
        "must pass a container spec json file for custom profile: open no: no such file or directory",
    ),
    ("debug web --set-image=web=B:: --copy-to=y", 'invalid image name "B::" for container "web": invalid reference format'),
    (
        "debug web --image=a --custom=name.yaml",
        "name, command, image, lifecycle and volume devices are not modifiable via custom profile",
    ),
    ("debug web --copy-to=x -c zz --profile=general -- ls", "you must specify image when creating new container"),
    ("debug cm/kube --image=a --profile=general", '"/v1, Kind=ConfigMap" not supported by debug'),
]


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=[words for words, _ in REFUSED])
def test_what_makes_no_sense_is_refused(kubectl: Kubectl, cluster: Cluster, web: Object, words: str, message: str) -> None:
    Path("name.yaml").write_text("name: x\n")
    cluster.create("", "configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube"}}, "default")
    assert kubectl(words) == ("", f"error: {message}\n", 1)


@pytest.mark.parametrize("flag", ["env", "set-image"])
def test_pairs_need_an_equals_sign(flag: str) -> None:
    from minikube_py.cli_runtime.flags import FlagError, parse_flags
    from minikube_py.kubectl.cmd.debug import FLAGS

    with pytest.raises(FlagError, match=f'invalid argument "a" for "--{flag}" flag: a must be formatted as key=value'):
        parse_flags(FLAGS, [f"--{flag}=a"])
    assert parse_flags(FLAGS, [f"--{flag}=a=b,c=d", f"--{flag}", "e=f"])[flag] == {"a": "b", "c": "d", "e": "f"}
    assert parse_flags(FLAGS, [f"--{flag}=a=b,c"])[flag] == {"a": "b,c"}


def test_a_pod_that_is_not_there(kubectl: Kubectl) -> None:
    assert kubectl("debug nope --image=busybox") == ("", f'{LEGACY}Error from server (NotFound): pods "nope" not found\n', 1)


def start_ephemeral(cluster: Cluster, state: Object) -> None:
    """Give the pod's last ephemeral container a state, as soon as a watch begins."""
    pod = cluster.get("pods", "web")
    name = pod["spec"]["ephemeralContainers"][-1]["name"]
    pod["status"]["ephemeralContainerStatuses"] = [{"name": name, "state": state, "image": "busybox", "imageID": ""}]
    cluster.update_status("", "pods", pod)


RUNNING = {"running": {"startedAt": "2023-11-14T22:00:00Z"}}
ENDED = {"terminated": {"exitCode": 3, "containerID": "containerd://1"}}


@pytest.mark.parametrize(
    ("state", "streams", "stdout", "stderr"),
    [
        pytest.param(RUNNING, PlayedStreams(Output(STDOUT, b"hi\n"), End(3)), "hi\n", "", id="running"),
        pytest.param(ENDED, PlayedStreams(log=b"said before\n"), "said before\n", "", id="ended"),
        pytest.param(
            RUNNING,
            PlayedStreams(error=StreamError("no"), log=b"said\n"),
            "said\n",
            "warning: couldn't attach to pod/web, falling back to streaming logs: no\n",
            id="cannot be joined",
        ),
    ],
)
def test_a_new_container_is_joined(
    kubectl: Kubectl, cluster: Cluster, web: Object, state: Object, streams: PlayedStreams, stdout: str, stderr: str
) -> None:
    from minikube_py.component_base.poke import Listener

    cluster.streams = streams
    folder = Path("pokes").absolute()

    def listen() -> Listener:
        start_ephemeral(cluster, state)
        return Listener(folder, "acting")

    cluster.listen = listen
    assert kubectl("debug web --image=busybox -i -q -c dbg --profile=general") == (stdout, stderr, 0)


def test_the_pod_of_a_file_is_debugged(kubectl: Kubectl, cluster: Cluster, web: Object) -> None:
    Path("pod.yaml").write_text("{apiVersion: v1, kind: Pod, metadata: {name: web}}\n")
    assert kubectl("debug -f pod.yaml --image=busybox -c dbg --profile=general") == ("", "", 0)
    assert find_ephemeral(cluster)["name"] == "dbg"
    assert kubectl("debug web -f pod.yaml --image=busybox --profile=general").code == 1
