"""The official client on workloads and nodes: rollouts and their undoing, jobs, labels, informers, what discovery tells."""

from __future__ import annotations

import threading

import pytest
from kubernetes import client, config, dynamic, watch

PATIENCE = 20
LABELS = {"app": "web"}
WORKLOADS = [("Deployment", "deployment"), ("DaemonSet", "daemon_set"), ("StatefulSet", "stateful_set")]


@pytest.fixture
def api(cluster, kubeconfig):
    with config.new_client_from_config(str(kubeconfig)) as made:
        yield made


@pytest.fixture
def apps(api):
    return client.AppsV1Api(api)


def make_workload(kind):
    container = client.V1Container(name="web", image="nginx:1.27")
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=LABELS), spec=client.V1PodSpec(containers=[container])
    )
    more = {"service_name": "web"} if kind == "StatefulSet" else {}
    spec = getattr(client, f"V1{kind}Spec")(selector=client.V1LabelSelector(match_labels=LABELS), template=template, **more)
    return getattr(client, f"V1{kind}")(metadata=client.V1ObjectMeta(name="web"), spec=spec)


@pytest.mark.parametrize(("kind", "word"), WORKLOADS[1:], ids=["daemon set", "stateful set"])
def test_a_rollout_is_undone_by_its_revision(apps, cluster, kind, word):
    """A ControllerRevision's data is a patch that leads back."""
    getattr(apps, f"create_namespaced_{word}")("default", make_workload(kind))
    cluster.wait(f"{kind.lower()}/web", lambda obj: obj["status"]["observedGeneration"] == 1)
    changed = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.28"}]}}}}
    getattr(apps, f"patch_namespaced_{word}")("web", "default", changed)
    cluster.wait(f"{kind.lower()}/web", lambda obj: obj["status"]["observedGeneration"] == 2)
    revisions = sorted(apps.list_namespaced_controller_revision("default").items, key=lambda found: found.revision)
    assert [found.metadata.owner_references[0].kind for found in revisions] == [kind, kind]
    back = getattr(apps, f"patch_namespaced_{word}")("web", "default", revisions[0].data)
    assert back.spec.template.spec.containers[0].image == "nginx:1.27"


@pytest.mark.parametrize(("kind", "word"), WORKLOADS, ids=[word for _, word in WORKLOADS])
def test_pods_are_restarted_by_an_annotation(apps, cluster, kind, word):
    getattr(apps, f"create_namespaced_{word}")("default", make_workload(kind))
    (old,) = watch_pods(cluster, 1)
    stamp = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}}
    getattr(apps, f"patch_namespaced_{word}")("web", "default", stamp)
    if kind == "StatefulSet":  # whose pod comes back by its name
        cluster.wait(f"pod/{old}", lambda pod: pod["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] == "now")
    else:
        cluster.wait(f"pod/{old}", "delete")


def watch_pods(cluster, count):
    """Return the names of so many ready pods."""
    with config.new_client_from_config(str(cluster.kubeconfig)) as api:
        ready = set()
        for event in watch.Watch().stream(client.CoreV1Api(api).list_namespaced_pod, "default", timeout_seconds=PATIENCE):
            if any(one.type == "Ready" and one.status == "True" for one in event["object"].status.conditions or ()):
                ready.add(event["object"].metadata.name)
            if len(ready) == count:
                break
        return ready


def test_a_job_runs_and_goes_with_its_pods(api, cluster):
    batch = client.BatchV1Api(api)
    template = client.V1PodTemplateSpec(
        spec=client.V1PodSpec(restart_policy="Never", containers=[client.V1Container(name="main", image="hello-world")])
    )
    job = client.V1Job(metadata=client.V1ObjectMeta(name="hello"), spec=client.V1JobSpec(template=template, backoff_limit=4))
    batch.create_namespaced_job("default", job)
    cluster.wait("job/hello", "Complete")
    assert batch.read_namespaced_job_status("hello", "default").status.succeeded == 1
    job.spec.suspend = False
    batch.patch_namespaced_job("hello", "default", job)
    options = client.V1DeleteOptions(propagation_policy="Foreground", grace_period_seconds=5)
    batch.delete_namespaced_job("hello", "default", body=options)
    cluster.wait("job/hello", "delete")
    assert cluster.list("pods", "default") == []


def test_nodes_are_labelled_and_cordoned(api, cluster):
    core = client.CoreV1Api(api)
    core.patch_node("minikube", {"metadata": {"labels": {"foo": "bar", "baz": None}}, "spec": {"unschedulable": True}})
    cluster.wait("node/minikube", lambda node: node["spec"]["taints"])  # a controller's doing
    (node,) = core.list_node(label_selector="foo=bar,!baz").items
    assert node.spec.unschedulable
    assert [taint.key for taint in node.spec.taints] == ["node.kubernetes.io/unschedulable"]


def test_what_is_served(api):
    assert client.CoreApi(api).get_api_versions().versions == ["v1"]
    groups = {group.name: group.preferred_version.version for group in client.ApisApi(api).get_api_versions().groups}
    assert {"apps": "v1", "batch": "v1", "autoscaling": "v2"}.items() <= groups.items()
    assert client.VersionApi(api).get_code().minor == "33"


def test_lists_of_metadata_only(api, tmp_path):
    nodes = dynamic.DynamicClient(api, cache_file=str(tmp_path / "discovered")).resources.get(api_version="v1", kind="Node")
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    found = nodes.get(header_params={"Accept": accept})
    assert (found.apiVersion, found.kind) == ("meta.k8s.io/v1", "PartialObjectMetadataList")
    assert "spec" not in found.items[0].to_dict()


def test_an_informer_knows_what_is_there(api):
    informer = pytest.importorskip("kubernetes.informer")
    core = client.CoreV1Api(api)
    seen, known, changed, gone = [], threading.Event(), threading.Event(), threading.Event()
    pods = informer.SharedInformer(list_func=core.list_namespaced_config_map, namespace="default", label_selector="app=web")
    pods.add_event_handler(informer.ADDED, lambda obj: (seen.append(obj.metadata.name), known.set()))
    pods.add_event_handler(informer.MODIFIED, lambda obj: changed.set())
    pods.add_event_handler(informer.DELETED, lambda obj: gone.set())

    def make(name):
        metadata = client.V1ObjectMeta(name=name, labels=LABELS)
        core.create_namespaced_config_map("default", client.V1ConfigMap(metadata=metadata))

    make("before")
    pods.start()
    try:
        assert known.wait(PATIENCE)
        make("after")
        core.patch_namespaced_config_map("after", "default", {"data": {"a": "1"}})
        assert changed.wait(PATIENCE)
        assert {obj.metadata.name for obj in pods.cache.list()} == {"before", "after"} == set(seen)
        core.delete_namespaced_config_map("before", "default")
        assert gone.wait(PATIENCE)
        assert [obj.metadata.name for obj in pods.cache.list()] == ["after"]
    finally:
        pods.stop()
