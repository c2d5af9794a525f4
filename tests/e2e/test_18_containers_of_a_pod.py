"""Walk-through 18: what the containers of one pod share."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell, fetch


@pytest.fixture(scope="module", autouse=True)
def pods(cluster: Shell) -> None:
    """All three pods, running."""
    cluster.out("kubectl apply -f two-containers.yaml -f shared-processes.yaml -f sync-sidecar.yaml")
    cluster.out("kubectl wait --for=condition=Ready pod --all --timeout=30s")
    cluster.wait_for("kubectl exec two-containers -c writer-container -- cat /pod-data/index.html", "writer")


def test_one_serves_what_the_other_wrote(cluster: Shell) -> None:
    page = "Hello from the writer\n"
    assert cluster.out("kubectl exec two-containers -c nginx-container -- cat /usr/share/nginx/html/index.html") == page
    with cluster.port_forward("pod/two-containers", 80) as (url, _):
        assert fetch(url) == page


def test_they_share_localhost(cluster: Shell) -> None:
    command = "kubectl exec two-containers -c writer-container -- wget -qO- http://localhost"
    assert cluster.out(command) == "Hello from the writer\n"


def test_they_share_the_host_name_and_the_address(cluster: Shell) -> None:
    names = {cluster.out(f"kubectl exec two-containers -c {name}-container -- hostname") for name in ("nginx", "writer")}
    assert names == {"two-containers\n"}
    address = cluster.out("kubectl get pod two-containers -o jsonpath={.status.podIP}")
    for name in ("nginx", "writer"):
        assert f"{address}\ttwo-containers\n" in cluster.out(
            f"kubectl exec two-containers -c {name}-container -- cat /etc/hosts"
        )


def test_files_outside_the_volume_are_their_own(cluster: Shell) -> None:
    cluster.out("kubectl exec two-containers -c writer-container -- touch /tmp/mine")
    shown = cluster.run("kubectl exec two-containers -c nginx-container -- ls /tmp/mine")
    assert (shown.stdout, shown.code) == ("", 2)


def test_the_first_is_the_default(cluster: Shell) -> None:
    shown = cluster.run("kubectl exec two-containers -- true")
    said = 'Defaulted container "nginx-container" out of: nginx-container, writer-container\n'
    assert (shown.stderr, shown.code) == (said, 0)


def test_processes_are_shared_only_where_the_pod_says_so(cluster: Shell) -> None:
    shared = cluster.out("kubectl exec shared-processes -c shell -- ps ax")
    apart = cluster.out("kubectl exec two-containers -c writer-container -- ps ax")
    assert ("nginx" in shared, "nginx" in apart) == (True, False)
    assert "sleep 600" in cluster.out("kubectl exec shared-processes -c nginx -- ps ax")


def test_a_neighbours_process_may_be_signalled(cluster: Shell) -> None:
    find = "for f in /proc/[0-9]*; do tr '\\0' ' ' < $f/cmdline | grep -q 'nginx -g' && echo ${f#/proc/}; done | head -n 1"
    cluster.out(f'kubectl exec shared-processes -c shell -- sh -c "kill -TERM \\$({find.replace("$", chr(92) + "$")})"')
    count = "kubectl get pod shared-processes -o jsonpath='{.status.containerStatuses[0].restartCount}'"
    cluster.wait_for(count, "1")


def test_a_helper_keeps_the_content_fresh(cluster: Shell) -> None:
    with cluster.port_forward("pod/sync-sidecar", 80) as (url, _):
        first = int(fetch(url).removeprefix("round ") or 0)
        cluster.wait_for("kubectl exec sync-sidecar -c web -- cat /usr/share/nginx/html/index.html", rf"round (?!{first}$)\d+")
        assert fetch(url) != f"round {first}\n"
