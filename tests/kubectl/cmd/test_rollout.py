"""rollout against a store without controllers: statuses and replica sets are put there by the tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.ticking import Ticking

Object = dict[str, Any]
REVISION = "deployment.kubernetes.io/revision"


def make_deployment(name: str = "web", image: str = "nginx:3", **spec: Any) -> Object:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    body = {"replicas": 3, "selector": {"matchLabels": {"app": name}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}


@pytest.fixture
def deployment(cluster: Cluster) -> Object:
    """A deployment `web` of nginx:3."""
    return cluster.create("apps", "deployments", make_deployment(), "default")


def add_revision(cluster: Cluster, deployment: Object, number: int, image: str, cause: str = "") -> None:
    """Put the replica set of a revision there, as the deployment controller makes it."""
    labels = {"app": "web", "pod-template-hash": f"h{number}"}
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": deployment["metadata"]["uid"]}
    annotations = {REVISION: str(number), **({"kubernetes.io/change-cause": cause} if cause else {})}
    metadata = {
        "name": f"web-h{number}",
        "labels": labels,
        "annotations": annotations,
        "ownerReferences": [{**owner, "controller": True}],
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": image}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    body = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec}
    cluster.create("apps", "replicasets", body, "default")


def image_of(cluster: Cluster) -> str:
    found: str = cluster.get("deployments", "web", group="apps")["spec"]["template"]["spec"]["containers"][0]["image"]
    return found


def test_restart_stamps_the_template_and_refuses_twice_in_a_second(
    kubectl: Kubectl, cluster: Cluster, deployment: Object
) -> None:
    assert kubectl("rollout restart deployment/web") == Outcome("deployment.apps/web restarted\n", "", 0)
    stamped = cluster.get("deployments", "web", group="apps")["spec"]["template"]["metadata"]["annotations"]
    assert list(stamped) == ["kubectl.kubernetes.io/restartedAt"]
    again = kubectl("rollout restart deployment/web")
    assert again.stderr == (
        "error: failed to create patch for web: if restart has already been triggered within the past second, "
        "please wait before attempting to trigger another\n"
    )


def test_pause_and_resume(kubectl: Kubectl, deployment: Object) -> None:
    assert kubectl("rollout pause deployment/web") == Outcome("deployment.apps/web paused\n", "", 0)
    assert kubectl("rollout pause deploy web").stderr == 'error: deployments.apps "web" is already paused\n'
    assert kubectl("rollout restart deployment/web").stderr == (
        'error: deployments.apps "web" can\'t restart paused deployment (run rollout resume first)\n'
    )
    assert kubectl("rollout resume deployment -l app!=none") == Outcome("deployment.apps/web resumed\n", "", 0)
    assert kubectl("rollout resume deploy/web").stderr == 'error: deployments.apps "web" is not paused\n'


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("restart", "error: required resource not specified\n"),
        ("restart deployment/nope", 'Error from server (NotFound): deployments.apps "nope" not found\n'),
        ("restart deployment -l app=none", "No resources found in default namespace.\n"),
        ("restart service/kube", 'error: services "kube" restarting is not supported\n'),
        ("pause service/kube", 'error: services "kube" pausing is not supported\n'),
        ("status service/kube", "error: no status viewer has been implemented for Service\n"),
        (
            "history service/kube",
            'error: error retrieving history for "Service", no visitor method exists for { Service}\n',
        ),
        ("history deployment/web --revision=-1", "error: revision must be a positive integer: -1\n"),
        ("undo deployment/web", 'error: no rollout history found for deployment "web"\n'),
        ("undo deployment/web --to-revision=9", "error: unable to find specified revision 9 in history\n"),
        ("status deployment/web --revision=4", "error: desired revision (4) is different from the running revision (0)\n"),
    ],
)
def test_what_is_refused(kubectl: Kubectl, cluster: Cluster, deployment: Object, words: str, stderr: str) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kube"}, "spec": {"ports": [{"port": 80}]}}
    cluster.create("", "services", service, "default")
    outcome = kubectl(f"rollout {words}")
    assert (outcome.stdout, outcome.stderr) == ("", stderr)


@pytest.mark.parametrize(
    ("status", "stdout"),
    [
        ({}, "Waiting for deployment spec update to be observed...\n"),
        ({"observedGeneration": 1}, "0 out of 3 new replicas have been updated...\n"),
        (
            {"observedGeneration": 1, "replicas": 5, "updatedReplicas": 3},
            "2 old replicas are pending termination...\n",
        ),
        (
            {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 1, "availableReplicas": 1},
            "1 of 3 updated replicas are available...\n",
        ),
        (
            {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3},
            'deployment "web" successfully rolled out\n',
        ),
    ],
    ids=["not-observed", "updating", "old-left", "not-available", "done"],
)
def test_status(kubectl: Kubectl, cluster: Cluster, deployment: Object, status: Object, stdout: str) -> None:
    set_status(cluster, deployment, status)
    outcome = kubectl("rollout status deployment/web --watch=false")
    prefix = 'Waiting for deployment "web" rollout to finish: ' if stdout[0].isdigit() else ""
    assert outcome == Outcome(prefix + stdout, "", 0)


def set_status(cluster: Cluster, deployment: Object, status: Object) -> None:
    from minikube_py.client.request import Request

    body = {**deployment, "status": status}
    cluster.server.handle(Request("update", "apps", "v1", "deployments", "default", "web", "status", body=body))


def test_status_gives_up_in_time(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    cluster.listen = lambda: Ticking(cluster)  # type: ignore[assignment, return-value]
    waiting = "Waiting for deployment spec update to be observed...\n"
    timed_out = Outcome(waiting, "error: timed out waiting for the condition\n", 1)
    assert kubectl("rollout status deployment/web --timeout=3s") == timed_out


def test_status_of_a_failed_rollout(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    condition = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    set_status(cluster, deployment, {"observedGeneration": 1, "conditions": [condition]})
    assert kubectl("rollout status deploy/web") == Outcome("", 'error: deployment "web" exceeded its progress deadline\n', 1)


def test_history_lists_revisions_in_order(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    add_revision(cluster, deployment, 2, "nginx:2", "to 2")
    add_revision(cluster, deployment, 10, "nginx:3")
    table = "deployment.apps/web \nREVISION  CHANGE-CAUSE\n2         to 2\n10        <none>\n\n"
    assert kubectl("rollout history deployment/web") == Outcome(table, "", 0)
    assert kubectl("rollout history deployment/web --revision=3").stderr == "error: unable to find the specified revision\n"


def test_history_of_nothing(kubectl: Kubectl, deployment: Object) -> None:
    assert kubectl("rollout history deploy").stdout == "deployment.apps/web \nNo rollout history found.\n"


def test_undo_goes_back_and_keeps_own_annotations(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    kubectl("annotate deployment web mine=gone deployment.kubernetes.io/revision=2")
    add_revision(cluster, deployment, 1, "nginx:2", "first")
    add_revision(cluster, deployment, 2, "nginx:3")
    assert (
        kubectl("rollout undo deployment/web --dry-run=server").stdout == "deployment.apps/web rolled back (server dry run)\n"
    )
    assert image_of(cluster) == "nginx:3"
    assert kubectl("rollout undo deployment/web") == Outcome("deployment.apps/web rolled back\n", "", 0)
    assert image_of(cluster) == "nginx:2"
    stored = cluster.get("deployments", "web", group="apps")
    assert stored["metadata"]["annotations"] == {"kubernetes.io/change-cause": "first", REVISION: "2"}
    assert stored["spec"]["template"]["metadata"]["labels"] == {"app": "web"}


def test_undo_to_what_is_there_is_skipped(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    add_revision(cluster, deployment, 4, "nginx:3")
    text = "deployment.apps/web skipped rollback (current template already matches revision 4)\n"
    assert kubectl("rollout undo deployment/web --to-revision=4") == Outcome(text, "", 0)


def test_undo_of_a_paused_deployment(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    add_revision(cluster, deployment, 1, "nginx:2")
    add_revision(cluster, deployment, 2, "nginx:3")
    kubectl("rollout pause deployment/web")
    assert kubectl("rollout undo deployment/web").stderr == (
        "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again\n"
    )


DESCRIBED = """Pod Template:
  Labels:\tapp=web
\tpod-template-hash=h1
{annotations}  Containers:
   c:
    Image:\tnginx:2
    Port:\t<none>
    Host Port:\t<none>
    Environment:\t<none>
    Mounts:\t<none>
  Volumes:\t<none>
  Node-Selectors:\t<none>
  Tolerations:\t<none>
"""


def test_a_revision_is_described(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    add_revision(cluster, deployment, 1, "nginx:2", "first")
    described = DESCRIBED.format(annotations="  Annotations:\tkubernetes.io/change-cause: first\n")
    shown = kubectl("rollout history deployment/web --revision=1").stdout
    assert shown == f"deployment.apps/web with revision #1\n{described}\n"


def test_undo_on_the_client_describes_what_would_come(kubectl: Kubectl, cluster: Cluster, deployment: Object) -> None:
    add_revision(cluster, deployment, 1, "nginx:2", "first")
    add_revision(cluster, deployment, 2, "nginx:3")
    shown = kubectl("rollout undo deployment/web --dry-run=client").stdout
    assert shown == f"deployment.apps/web {DESCRIBED.format(annotations='')} (dry run)\n"
    assert image_of(cluster) == "nginx:3"


def make_revision(owner: Object, number: int, image: str) -> Object:
    """Return the controller revision of a stateful set, as its controller makes it."""
    metadata = owner["metadata"]
    reference = {"apiVersion": "apps/v1", "kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"]}
    template = {**owner["spec"]["template"]}
    template["spec"] = {**template["spec"], "containers": [{**template["spec"]["containers"][0], "image": image}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"web-{number}",
            "labels": {"app": "web"},
            "ownerReferences": [{**reference, "controller": True}],
        },
        "revision": number,
        "data": {"spec": {"template": {**template, "$patch": "replace"}}},
    }


@pytest.fixture(params=["DaemonSet", "StatefulSet"])
def with_revisions(request: pytest.FixtureRequest, cluster: Cluster) -> str:
    """A workload `web` of nginx:3 with three revisions; the name is its resource's."""
    body = make_deployment()
    body["kind"] = request.param
    if request.param == "DaemonSet":
        del body["spec"]["replicas"]
    plural = f"{request.param.lower()}s"
    made = cluster.create("apps", plural, body, "default")
    for number in (1, 2, 3):
        cluster.create("apps", "controllerrevisions", make_revision(made, number, f"nginx:{number}"), "default")
    return str(request.param.lower())


def test_revisions_of_daemon_and_stateful_sets(kubectl: Kubectl, cluster: Cluster, with_revisions: str) -> None:
    name = f"{with_revisions}.apps/web"
    assert kubectl(f"rollout history {with_revisions}/web").stdout == (
        f"{name} \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n3         <none>\n\n"
    )
    shown = kubectl(f"rollout history {with_revisions}/web --revision=2").stdout
    assert shown.startswith(f"{name} with revision #2\nPod Template:\n  Labels:\tapp=web\n")
    assert "    Image:\tnginx:2\n" in shown


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        pytest.param("--to-revision=3", "skipped rollback (current template already matches revision 3)", id="as it is"),
        pytest.param("--dry-run=server", "rolled back (server dry run)", id="asked of the server"),
        pytest.param("", "rolled back", id="to the one before"),
    ],
)
def test_undo_of_daemon_and_stateful_sets(
    kubectl: Kubectl, cluster: Cluster, with_revisions: str, flags: str, said: str
) -> None:
    assert kubectl(f"rollout undo {with_revisions}/web {flags}") == Outcome(f"{with_revisions}.apps/web {said}\n", "", 0)
    found = cluster.get(f"{with_revisions}s", "web", group="apps")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert found == ("nginx:3" if flags else "nginx:2")


def test_undo_on_the_client_says_what_it_would_go_back_to(kubectl: Kubectl, cluster: Cluster, with_revisions: str) -> None:
    shown = kubectl(f"rollout undo {with_revisions}/web --dry-run=client").stdout
    assert shown.startswith(f"{with_revisions}.apps/web will roll back to Pod Template:\n")
    assert "nginx:2" in shown
    assert shown.endswith(" (dry run)\n")
