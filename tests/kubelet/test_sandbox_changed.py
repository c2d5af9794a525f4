"""What becomes of a pod whose sandbox ended without it, as when the cluster was stopped and started again."""

from __future__ import annotations

from tests.kubelet.fakes import Cluster, make_pod

INIT = [{"name": "prepare", "image": "busybox"}]


def lose_sandbox(cluster: Cluster) -> None:
    """End the main container and the sandbox as a shutdown does, and let a new kubelet look."""
    cluster.runtime.exit("uid-web/main/0", 255, "Unknown")
    cluster.runtime.stop_sandbox("uid-web")
    cluster.advance(5)
    cluster.start_kubelet()
    cluster.apply(cluster.get())


def test_its_containers_are_restarted_and_remember_their_end(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    lose_sandbox(cluster)
    container = cluster.container()
    assert (container["restartCount"], "running" in container["state"]) == (1, True)
    assert container["lastState"]["terminated"]["reason"] == "Unknown"
    assert cluster.messages("SandboxChanged") == ["Pod sandbox changed, it will be killed and re-created."]


def test_its_init_containers_run_again(cluster: Cluster) -> None:
    cluster.apply(make_pod(initContainers=INIT))
    cluster.exit("prepare/0")
    lose_sandbox(cluster)
    assert "running" in cluster.status()["initContainerStatuses"][0]["state"]
    assert [c.name for c in cluster.runtime.sandboxes["uid-web"].containers if c.state == "running"] == ["prepare"]


def test_one_that_is_not_restarted_has_failed(cluster: Cluster) -> None:
    cluster.apply(make_pod(restartPolicy="Never"))
    lose_sandbox(cluster)
    assert cluster.status()["phase"] == "Failed"
    assert cluster.container()["state"]["terminated"]["exitCode"] == 255
