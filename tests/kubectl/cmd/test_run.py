"""run: the pod it makes, and following it to its end. The manifests are those of a real kubectl 1.33."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.streams import STDOUT, End, NotRunning, Output, StreamError
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import PlayedStreams, after_listing, set_status

HINT = "See 'kubectl run -h' for help and examples\n"
PROMPT = "If you don't see a command prompt, try pressing enter.\n"

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata:
  annotations:
    note: a b
  creationTimestamp: null
  labels:
    app: b
  name: b
spec:
  containers:
  - args:
    - sleep
    - "60"
    env:
    - name: COLOR
      value: a=b
    - name: EMPTY
    image: busybox:1.36
    imagePullPolicy: Always
    name: b
    ports:
    - containerPort: 8080
    resources: {}
    securityContext:
      privileged: true
    stdin: true
    tty: true
  dnsPolicy: ClusterFirst
  restartPolicy: Never
status: {}
"""

SERVICE_AND_POD = """\
apiVersion: v1
kind: Service
metadata:
  creationTimestamp: null
  name: x
spec:
  ports:
  - port: 80
    protocol: TCP
    targetPort: 80
  selector:
    run: x
status:
  loadBalancer: {}
---
---
apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: null
  labels:
    run: x
  name: x
spec:
  containers:
  - image: nginx
    name: x
    ports:
    - containerPort: 80
    resources: {}
  dnsPolicy: ClusterFirst
  restartPolicy: Always
status: {}
"""


def test_makes_a_pod_out_of_flags(kubectl: Kubectl) -> None:
    words = (
        "run b --image=busybox:1.36 --env=COLOR=a=b --env=EMPTY= --labels=app=b --annotations='note=a b' --port=8080 "
        "--image-pull-policy=Always --privileged --restart=Never -it --attach=false --leave-stdin-open "
        "--dry-run=client -o yaml -- sleep 60"
    )
    assert kubectl(words) == Outcome(MANIFEST, "", 0)


def test_makes_a_service_too(kubectl: Kubectl) -> None:
    words = "run x --image=nginx --port=80 --expose --dry-run=client"
    assert kubectl(words + " -o yaml") == Outcome(SERVICE_AND_POD, "", 0)
    assert kubectl(words) == Outcome("service/x created (dry run)\npod/x created (dry run)\n", "", 0)


@pytest.mark.parametrize(
    ("overrides", "spec"),
    [
        ("""--overrides='{"spec":{"nodeSelector":{"a":"b"},"unknown":1}}'""", {"nodeSelector": {"a": "b"}}),
        ("""--overrides='{"spec":{"dnsPolicy":null}}'""", {"dnsPolicy": None}),
        (
            """--override-type=strategic --overrides='{"spec":{"containers":[{"name":"e","tty":true}]}}'""",
            {"containers": [{"image": "nginx", "name": "e", "resources": {}, "tty": True}]},
        ),
        (
            """--override-type=json --overrides='[{"op":"replace","path":"/spec/restartPolicy","value":"Never"}]'""",
            {"restartPolicy": "Never"},
        ),
    ],
    ids=["merge", "null-removes", "strategic", "json"],
)
def test_overrides_change_the_pod(kubectl: Kubectl, overrides: str, spec: dict[str, Any]) -> None:
    pod = json.loads(kubectl(f"run e --image=nginx --dry-run=client -o json {overrides}").stdout)
    assert {key: pod["spec"].get(key) for key in spec} == spec
    assert "unknown" not in pod["spec"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("run", 'error: required flag(s) "image" not set\n'),
        ("run x --image=", "error: --image is required\n"),
        ("run --image=nginx", "error: NAME is required for run\n" + HINT),
        ("run --image=nginx -- x", "error: NAME is required for run\n" + HINT),
        ("run x --image='not an image'", 'error: Invalid image name "not an image": invalid reference format\n'),
        ("run x --image=nginx --restart=Sometimes", "error: invalid restart policy: Sometimes\n" + HINT),
        ("run x --image=nginx --port=http", 'error: strconv.Atoi: parsing "http": invalid syntax\n'),
        ("run x --image=nginx --expose", "error: --port must be set when exposing a service\n" + HINT),
        ("run x --image=nginx --env=NOVALUE", "error: invalid env: NOVALUE\n"),
        ("run x --image=nginx --env=1A=b", "error: invalid env: 1A=b\n"),
        ("run x --image=nginx --labels=a", "error: unexpected label spec: a\n"),
        ("run x --image=nginx --labels==a", "error: unexpected empty label key\n"),
        ("run x --image=nginx --annotations=a", "error: invalid annotations format: a\n"),
        ("run x --image=nginx --overrides='{bad'", "error: Invalid JSON Patch\n"),
        (
            """run x --image=nginx --overrides='{"spec":1}'""",
            "error: json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec\n",
        ),
        (
            """run x --image=nginx --overrides='{"apiVersion":"v2"}'""",
            'error: no kind "Pod" is registered for version "v2" in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"\n',
        ),
        ("run x --image=nginx --overrides='{}' --override-type=foo", "error: invalid override type: foo\n"),
        ("run x --image=nginx --image-pull-policy=Maybe", "error: invalid image pull policy: Maybe\n" + HINT),
        ("run x --image=nginx --rm", "error: --rm should only be used for attached containers\n" + HINT),
        ("run x --image=nginx -t", "error: -i/--stdin is required for containers with -t/--tty=true\n" + HINT),
        (
            "run x --image=nginx -i --dry-run=client",
            "error: --dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)\n"
            + HINT,
        ),
        (
            "run x --image=nginx --dry-run=maybe",
            'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".\n',
        ),
        ("run x --image=nginx -n nowhere", 'Error from server (NotFound): namespaces "nowhere" not found\n'),
    ],
)
def test_refuses(kubectl: Kubectl, words: str, told: str) -> None:
    assert kubectl(words) == Outcome("", told, 1)


def test_creates_what_is_not_a_dry_run(cluster: Cluster, kubectl: Kubectl) -> None:
    assert kubectl("run x --image=nginx --port=80 --expose -l app=web") == Outcome("service/x created\npod/x created\n", "", 0)
    assert cluster.get("pods", "x")["metadata"]["labels"] == {"app": "web"}
    assert cluster.get("services", "x")["spec"]["selector"] == {"app": "web"}
    again = kubectl("run x --image=nginx")
    assert again == Outcome("", 'Error from server (AlreadyExists): pods "x" already exists\n', 1)


class Life:
    """Takes a pod through phases, one each time that a watch begins."""

    def __init__(self, cluster: Cluster, folder: Path, *phases: str) -> None:
        self._cluster, self._phases = cluster, list(phases)
        after_listing(cluster, folder, self.go_on)

    def go_on(self) -> None:
        """Go to the next phase."""
        if self._phases:
            pod = self._cluster.get("pods", "x")
            pod["spec"]["nodeName"] = "minikube"
            set_status(self._cluster, "x", self._phases.pop(0))


@pytest.mark.parametrize(
    ("phases", "flags", "outcome"),
    [
        (["Running", "Succeeded"], "-i --restart=Never -q", Outcome("said\n", "", 0)),
        (["Running", "Succeeded"], "-i --restart=Never", Outcome("said\n", PROMPT, 0)),
        (["Running", "Failed"], "-i --restart=Never -q", Outcome("said\n", "pod default/x terminated (Error)\n", 1)),
        (["Running"], "--attach -q", Outcome("said\n", "", 0)),
        (["Succeeded"], "-i --restart=Never -q", Outcome("logged\n", "", 0)),
        (["Running", "Succeeded"], "-i --restart=Never --rm", Outcome('said\npod "x" deleted\n', PROMPT, 0)),
    ],
    ids=["succeeds", "prompt", "fails", "goes-on", "over-at-once", "rm"],
)
def test_follows_the_pod(
    cluster: Cluster, kubectl: Kubectl, tmp_path: Path, phases: list[str], flags: str, outcome: Outcome
) -> None:
    cluster.streams = PlayedStreams(Output(STDOUT, b"said\n"), End(0), log=b"logged\n")
    Life(cluster, tmp_path, *phases)
    assert kubectl(f"run x --image=busybox {flags} -- true", "typed") == outcome


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotRunning("it has ended"), PROMPT),
        (StreamError("lost"), PROMPT + "warning: couldn't attach to pod/x, falling back to streaming logs: lost\n"),
    ],
    ids=["ended-meanwhile", "lost"],
)
def test_shows_the_log_where_it_cannot_attach(
    cluster: Cluster, kubectl: Kubectl, tmp_path: Path, error: Exception, told: str
) -> None:
    cluster.streams = PlayedStreams(error=error, log=b"logged\n")
    Life(cluster, tmp_path, "Running", "Succeeded")
    assert kubectl("run x --image=busybox --attach --restart=Never") == Outcome("logged\n", told, 0)
