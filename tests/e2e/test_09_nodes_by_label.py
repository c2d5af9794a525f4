"""Walk-throughs 9 and 10: more nodes, pods that want a certain one, and annotations."""

from __future__ import annotations

from tests.e2e.shell import Shell, events_of, read_table


def test_nodes_are_added(cluster: Shell) -> None:
    for name in ("minikube-m02", "minikube-m03"):
        assert f"Successfully added {name} to minikube!" in cluster.out("minikube node add")
    nodes = read_table(cluster.out("kubectl get nodes"))
    assert [(node["NAME"], node["STATUS"], node["ROLES"]) for node in nodes] == [
        ("minikube", "Ready", "control-plane"),
        ("minikube-m02", "Ready", "<none>"),
        ("minikube-m03", "Ready", "<none>"),
    ]


def test_a_node_is_labelled(cluster: Shell) -> None:
    assert cluster.out("kubectl label node minikube-m02 server=webap") == "node/minikube-m02 labeled\n"
    labels = {row["NAME"]: row["LABELS"].split(",") for row in read_table(cluster.out("kubectl get nodes --show-labels"))}
    assert [name for name, words in labels.items() if "server=webap" in words] == ["minikube-m02"]
    assert all(f"kubernetes.io/hostname={name}" in words for name, words in labels.items())
    assert [row["NAME"] for row in read_table(cluster.out("kubectl get nodes -l server=webap"))] == ["minikube-m02"]


def test_a_pod_goes_where_its_selector_says(cluster: Shell) -> None:
    cluster.out("kubectl create -f crane-webap.yaml")
    (pod,) = read_table(cluster.wait_for("kubectl get pod crane-webap -o wide", "Running"))
    assert (pod["NODE"], pod["NOMINATED NODE"], pod["READINESS GATES"]) == ("minikube-m02", "<none>", "<none>")
    assert pod["IP"].startswith("10.244.")


def test_a_pod_without_its_node_waits_until_there_is_one(cluster: Shell) -> None:
    cluster.out("kubectl create -f crane-gpu.yaml")
    cluster.wait_for("kubectl get events", "FailedScheduling")
    (pod,) = read_table(cluster.out("kubectl get pod crane-gpu -o wide"))
    assert (pod["STATUS"], pod["IP"], pod["NODE"]) == ("Pending", "<none>", "<none>")
    reason = (
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. "
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    )
    assert events_of(cluster, "crane-gpu") == [("Warning", "FailedScheduling", reason)]
    cluster.out("kubectl label node minikube-m03 gpu=true")
    (pod,) = read_table(cluster.wait_for("kubectl get pod crane-gpu -o wide", "Running"))
    assert pod["NODE"] == "minikube-m03"


def test_an_annotation_is_seen_in_describe(cluster: Shell) -> None:
    said = cluster.out('kubectl annotate po crane-gpu heejeong.min/addAnnotation="first annot"')
    assert said == "pod/crane-gpu annotated\n"
    assert "Annotations:      heejeong.min/addAnnotation: first annot\n" in cluster.out("kubectl describe po crane-gpu")
