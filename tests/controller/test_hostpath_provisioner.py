"""minikube's storage provisioner, together with the binder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from minikube_py.client.resources import EVENTS, PODS, STORAGE_CLASSES
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS as CLAIMS
from minikube_py.client.resources import PERSISTENT_VOLUMES as VOLUMES
from tests.controller.harness import Cluster

Make = Callable[..., Cluster]
CONTROLLERS = ("persistentvolume", "pvc_protection", "pv_protection", "ephemeral_volume", "hostpath_provisioner")
SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def add_class(cluster: Cluster) -> None:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    cluster.create(STORAGE_CLASSES, "standard", {"provisioner": "k8s.io/minikube-hostpath"}, annotations=annotations)


def test_a_claim_gets_a_volume_of_its_own(make_cluster: Make, tmp_path: Path) -> None:
    cluster = make_cluster(*CONTROLLERS)
    cluster.manager.settings["volumes"] = tmp_path / "volumes"
    add_class(cluster)
    cluster.create(CLAIMS, "data", {"spec": SPEC})
    cluster.run()
    claim = cluster.get(CLAIMS, "data")
    name = f"pvc-{claim['metadata']['uid']}"
    assert (claim["status"]["phase"], claim["spec"]["volumeName"]) == ("Bound", name)
    volume = cluster.get(VOLUMES, name)
    assert volume["spec"]["hostPath"] == {"path": "/tmp/hostpath-provisioner/default/data", "type": ""}
    assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    assert [event[1:] for event in cluster.events()][1:] == [
        ("Provisioning", 'External provisioner is provisioning volume for claim "default/data"'),
        ("ProvisioningSucceeded", f"Successfully provisioned volume {name}"),
    ]
    folder = tmp_path / "volumes" / "tmp" / "hostpath-provisioner" / "default" / "data"
    folder.mkdir(parents=True)
    cluster.delete(CLAIMS, "data")
    cluster.run()
    assert not cluster.exists(VOLUMES, name)
    assert not folder.exists()


def test_a_pod_owns_the_claims_of_its_ephemeral_volumes(make_cluster: Make) -> None:
    cluster = make_cluster(*CONTROLLERS)
    add_class(cluster)
    template = {"metadata": {"labels": {"a": "b"}}, "spec": SPEC}
    pod = cluster.add_pod("web", volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}])
    cluster.run()
    claim = cluster.get(CLAIMS, "web-scratch")
    assert claim["metadata"]["labels"] == {"a": "b"}
    assert claim["metadata"]["ownerReferences"][0]["uid"] == pod["metadata"]["uid"]
    assert claim["status"]["phase"] == "Bound"


def test_a_claim_of_that_name_that_is_not_the_pods_is_left_alone(make_cluster: Make) -> None:
    cluster = make_cluster(*CONTROLLERS)
    cluster.create(CLAIMS, "web-scratch", {"spec": SPEC})
    cluster.add_pod("web", volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": SPEC}}}])
    cluster.run()
    why = "ephemeral volume controller: PVC default/web-scratch was not created for pod default/web (pod is not owner)"
    assert ("Warning", "FailedBinding", why) in cluster.events()
    assert cluster.exists(PODS, "web")


def test_a_claim_that_asks_for_more_gets_it(make_cluster: Make) -> None:
    cluster = make_cluster(*CONTROLLERS)
    cluster.create(STORAGE_CLASSES, "grows", {"provisioner": "k8s.io/minikube-hostpath", "allowVolumeExpansion": True})
    cluster.create(CLAIMS, "data", {"spec": {**SPEC, "storageClassName": "grows"}})
    cluster.run()
    cluster.patch(CLAIMS, "data", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    cluster.run()
    claim = cluster.get(CLAIMS, "data")
    assert claim["status"]["capacity"] == {"storage": "2Gi"}
    assert claim["status"]["allocatedResources"] == {"storage": "2Gi"}
    volume = cluster.get(VOLUMES, claim["spec"]["volumeName"])
    assert volume["spec"]["capacity"] == {"storage": "2Gi"}
    assert [event[1:] for event in cluster.events()][-2:] == [
        ("Resizing", f"External resizer is resizing volume {volume['metadata']['name']}"),
        ("VolumeResizeSuccessful", "Resize volume succeeded"),
    ]
    cluster.run(60)
    assert cluster.events()[-1][1] == "VolumeResizeSuccessful"


def test_volumes_of_others_wait_for_somebody_to_grow_them(make_cluster: Make) -> None:
    cluster = make_cluster("persistentvolume", "hostpath_provisioner", "volume_expand")
    cluster.create(STORAGE_CLASSES, "grows", {"provisioner": "example.com/disk", "allowVolumeExpansion": True})
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}}
    cluster.create(VOLUMES, "disk", {"spec": {**spec, "storageClassName": "grows"}})
    cluster.create(CLAIMS, "data", {"spec": {**SPEC, "storageClassName": "grows"}})
    cluster.run()
    for size in ("2Gi", "3Gi"):
        cluster.patch(CLAIMS, "data", {"spec": {"resources": {"requests": {"storage": size}}}})
        cluster.run()
    assert cluster.get(CLAIMS, "data")["status"]["capacity"] == {"storage": "1Gi"}
    assert [event[1] for event in cluster.events()].count("ExternalExpanding") == 1
    assert [e["count"] for e in cluster.list(EVENTS) if e["reason"] == "ExternalExpanding"] == [2]
