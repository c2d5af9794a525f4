"""What becomes of a pod: the fates that people see in `kubectl get pods` and `kubectl describe`."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from minikube_py.client.reconcile import Key
from minikube_py.cri.runtime import CRIError, ExecResult
from tests.kubelet.fakes import Cluster, HeldExecutor, make_node, make_pod

READY = {
    "PodReadyToStartContainers": ("True", "", ""),
    "Initialized": ("True", "", ""),
    "Ready": ("True", "", ""),
    "ContainersReady": ("True", "", ""),
    "PodScheduled": ("True", "", ""),
}


def test_a_pod_runs_and_says_so(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[{"name": "main", "image": "nginx", "imagePullPolicy": "Always"}]))
    status = cluster.status()
    assert status["phase"] == "Running"
    assert cluster.conditions() == READY
    assert list(cluster.conditions()) == list(READY)
    assert (status["podIP"], status["podIPs"]) == ("10.244.0.7", [{"ip": "10.244.0.7"}])
    assert (status["hostIP"], status["hostIPs"]) == ("192.168.49.2", [{"ip": "192.168.49.2"}])
    container = cluster.container()
    assert container["ready"] and container["started"] and container["restartCount"] == 0
    assert container["image"] == "docker.io/library/nginx:latest"
    assert container["imageID"] == "docker.io/library/nginx@sha256:" + "a" * 64
    assert container["containerID"].startswith("containerd://") and len(container["containerID"]) == 13 + 64
    assert container["user"] == {"linux": {"uid": 0, "gid": 0, "supplementalGroups": [0]}}
    assert cluster.events.events == [
        ("Normal", "Pulling", 'Pulling image "nginx"'),
        ("Normal", "Pulled", 'Successfully pulled image "nginx" in 1ms (1ms including waiting). Image size: 1234 bytes.'),
        ("Normal", "Created", "Created container: main"),
        ("Normal", "Started", "Started container main"),
    ]
    assert set(cluster.events.paths) == {"spec.containers{main}"}


def test_what_the_runtime_cannot_do_is_told_once(cluster: Cluster) -> None:
    cluster.runtime.shortfall = "no own address"
    cluster.apply(make_pod())
    cluster.apply(cluster.get())
    assert [e for e in cluster.events.events if e[1] == "NotIsolated"] == [("Normal", "NotIsolated", "no own address")]


def test_nothing_is_written_when_nothing_changed(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    written = len(cluster.client.patches)
    cluster.apply(cluster.get())
    assert len(cluster.client.patches) == written


def test_a_pod_of_another_node_is_left_alone(cluster: Cluster) -> None:
    cluster.apply(make_pod(nodeName="elsewhere"))
    assert cluster.runtime.sandboxes == {}
    assert cluster.client.patches == []


@pytest.mark.parametrize(
    ("policy", "code", "phase", "state"),
    [
        pytest.param("Never", 0, "Succeeded", "terminated", id="never-ok"),
        pytest.param("Never", 3, "Failed", "terminated", id="never-bad"),
        pytest.param("OnFailure", 0, "Succeeded", "terminated", id="onfailure-ok"),
        pytest.param("OnFailure", 3, "Running", "running", id="onfailure-bad"),
        pytest.param("Always", 0, "Running", "running", id="always-ok"),
    ],
)
def test_restart_policy(cluster: Cluster, policy: str, code: int, phase: str, state: str) -> None:
    cluster.apply(make_pod(restartPolicy=policy))
    cluster.exit("main/0", code)
    assert cluster.status()["phase"] == phase
    assert list(cluster.container()["state"]) == [state]
    assert cluster.container()["restartCount"] == (1 if state == "running" else 0)


def test_conditions_of_ended_pods(cluster: Cluster) -> None:
    for name, code in (("ok", 0), ("bad", 3)):
        cluster.apply(make_pod(name, restartPolicy="Never"))
        cluster.exit("main/0", code, pod=name)
    assert cluster.conditions("ok") == {
        "PodReadyToStartContainers": ("False", "", ""),
        "Initialized": ("True", "PodCompleted", ""),
        "Ready": ("False", "PodCompleted", ""),
        "ContainersReady": ("False", "PodCompleted", ""),
        "PodScheduled": ("True", "", ""),
    }
    assert cluster.conditions("bad")["Initialized"] == ("True", "", "")
    assert cluster.conditions("bad")["Ready"] == ("False", "PodFailed", "")
    assert cluster.status("ok")["podIP"] == "10.244.0.7"


def test_crash_loop(cluster: Cluster) -> None:
    cluster.apply(make_pod("bad"))
    cluster.exit("main/0", 1, pod="bad")
    assert cluster.container("bad")["restartCount"] == 1, "the first restart does not wait"
    cluster.exit("main/1", 1, pod="bad")
    assert cluster.container("bad")["state"] == {
        "waiting": {
            "reason": "CrashLoopBackOff",
            "message": "back-off 10s restarting failed container=main pod=bad_default(uid-bad)",
        }
    }
    assert cluster.container("bad")["lastState"]["terminated"]["reason"] == "Error"
    assert cluster.messages("BackOff") == ["Back-off restarting failed container main in pod bad_default(uid-bad)"]
    unready = ("False", "ContainersNotReady", "containers with unready status: [main]")
    assert cluster.conditions("bad")["Ready"] == unready
    assert cluster.status("bad")["phase"] == "Running"
    cluster.advance(9)
    assert cluster.container("bad")["restartCount"] == 1
    cluster.advance(2)
    assert cluster.container("bad")["restartCount"] == 2
    cluster.exit("main/2", 1, pod="bad")
    assert "back-off 20s" in cluster.container("bad")["state"]["waiting"]["message"]


def test_backoff_grows_to_five_minutes_and_is_forgotten(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    delays = []
    for attempt in range(9):
        cluster.exit(f"main/{attempt}", 1)
        waiting = cluster.container()["state"].get("waiting", {}).get("message", "back-off 0s").split()[1]
        delays.append(waiting)
        cluster.advance(301)
    assert delays == ["0s", "10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s", "5m0s"]
    cluster.advance(601)
    cluster.exit("main/9", 1)
    assert "running" in cluster.container()["state"]


def test_only_two_runs_are_kept(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    for attempt in range(3):
        cluster.exit(f"main/{attempt}", 1)
        cluster.advance(60)
    assert [c.attempt for c in cluster.runtime.sandboxes["uid-web"].containers] == [2, 3]


def test_init_containers_run_one_after_another(cluster: Cluster) -> None:
    inits = [{"name": "one", "image": "busybox"}, {"name": "two", "image": "busybox"}]
    cluster.apply(make_pod(initContainers=inits))
    assert cluster.status()["phase"] == "Pending"
    incomplete = ("False", "ContainersNotInitialized", "containers with incomplete status: [one two]")
    assert cluster.conditions()["Initialized"] == incomplete
    assert cluster.container()["state"] == {"waiting": {"reason": "PodInitializing"}}
    cluster.exit("one/0")
    assert cluster.conditions()["Initialized"][2] == "containers with incomplete status: [two]"
    cluster.exit("two/0")
    assert cluster.conditions() == READY
    assert [(s["name"], s["ready"], s["started"]) for s in cluster.status()["initContainerStatuses"]] == [
        ("one", True, False),
        ("two", True, False),
    ]
    assert cluster.messages("Started") == [
        "Started container one",
        "Started container two",
        "Started container main",
    ]


def test_a_failing_init_container(cluster: Cluster) -> None:
    init = [{"name": "setup", "image": "busybox"}]
    cluster.apply(make_pod("bad", initContainers=init))
    cluster.exit("setup/0", 1, pod="bad")
    cluster.exit("setup/1", 1, pod="bad")
    assert cluster.status("bad")["initContainerStatuses"][0]["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    cluster.apply(make_pod("never", initContainers=init, restartPolicy="Never"))
    cluster.exit("setup/0", 1, pod="never")
    assert cluster.status("never")["phase"] == "Failed"
    assert cluster.container("never")["state"] == {"waiting": {"reason": "PodInitializing"}}


def test_sidecars_start_first_and_end_last(cluster: Cluster) -> None:
    sidecar = {"name": "proxy", "image": "nginx", "restartPolicy": "Always"}
    cluster.apply(make_pod(initContainers=[sidecar], restartPolicy="Never"))
    assert cluster.messages("Started") == ["Started container proxy", "Started container main"]
    assert cluster.conditions() == READY
    cluster.exit("proxy/0", 1)
    assert cluster.status()["initContainerStatuses"][0]["restartCount"] == 1, "whatever the pod's policy"
    cluster.exit("main/0")
    assert cluster.runtime.stopped[-1][0] == "proxy/1"
    assert cluster.status()["phase"] == "Succeeded"


def test_an_unknown_image(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[{"name": "main", "image": "nope"}]))
    waiting = cluster.container()["state"]["waiting"]
    assert waiting["reason"] == "ErrImagePull"
    assert waiting["message"] == 'failed to pull and unpack image "docker.io/library/nope:latest": not found'
    cluster.advance(3)
    waiting = cluster.container()["state"]["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    assert waiting["message"].startswith('Back-off pulling image "nope": ErrImagePull: failed to pull')
    assert cluster.messages("Failed")[1:] == ["Error: ErrImagePull", "Error: ImagePullBackOff"]
    cluster.advance(8)
    assert cluster.reasons().count("Pulling") == 2, "it is pulled again after ten seconds"
    cluster.images.users["nope"] = ""
    cluster.advance(30)
    assert cluster.status()["phase"] == "Running"


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        pytest.param({"image": "BusyBox"}, "InvalidImageName", id="upper-case"),
        pytest.param({"image": "busybox", "imagePullPolicy": "Never"}, "ErrImageNeverPull", id="never-pull"),
        pytest.param(
            {"image": "busybox", "envFrom": [{"configMapRef": {"name": "nope"}}]}, "CreateContainerConfigError", id="config-map"
        ),
    ],
)
def test_containers_that_cannot_be_made(cluster: Cluster, container: dict[str, Any], reason: str) -> None:
    cluster.apply(make_pod(containers=[{"name": "main", **container}]))
    assert cluster.container()["state"]["waiting"]["reason"] == reason
    assert cluster.status()["phase"] == "Pending"


def test_a_missing_config_map_is_found_later(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[{"name": "main", "image": "busybox", "envFrom": [{"configMapRef": {"name": "cfg"}}]}]))
    assert cluster.container()["state"]["waiting"]["message"] == 'configmap "cfg" not found'
    cluster.client.put("configmaps", {"metadata": {"name": "cfg", "namespace": "default"}, "data": {"COLOR": "red"}})
    cluster.advance(11)
    assert cluster.status()["phase"] == "Running"
    assert cluster.runtime.configs["uid-web/main/0"].env["COLOR"] == "red"


def test_run_as_non_root(cluster: Cluster) -> None:
    cluster.apply(make_pod("noroot", [{"name": "main", "image": "busybox", "securityContext": {"runAsNonRoot": True}}]))
    text = 'container has runAsNonRoot and image will run as root (pod: "noroot_default(uid-noroot)", container: main)'
    assert cluster.container("noroot")["state"]["waiting"] == {"reason": "CreateContainerConfigError", "message": text}
    assert cluster.messages("Failed") == [f"Error: {text}"]


def test_a_program_that_is_not_there(cluster: Cluster) -> None:
    cluster.runtime.broken_programs.add("main")
    cluster.apply(make_pod(restartPolicy="Never"))
    ended = cluster.container()["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"], ended["message"]) == ("StartError", 128, "no such file")
    assert ended["startedAt"] == "1970-01-01T00:00:00Z"
    assert cluster.reasons() == ["Pulling", "Pulled", "Created", "Failed"]
    assert cluster.messages("Failed") == ["Error: no such file"]


def test_a_runtime_that_refuses(cluster: Cluster) -> None:
    cluster.runtime.start_errors["main"] = CRIError("the disk is full")
    cluster.apply(make_pod())
    assert cluster.container()["state"]["waiting"] == {"reason": "CreateContainerError", "message": "the disk is full"}


def test_out_of_memory(cluster: Cluster) -> None:
    cluster.apply(make_pod(restartPolicy="Never"))
    cluster.exit("main/0", 137, "OOMKilled")
    assert cluster.container()["state"]["terminated"]["reason"] == "OOMKilled"


def test_deadline(cluster: Cluster) -> None:
    cluster.apply(make_pod("late", activeDeadlineSeconds=3, terminationGracePeriodSeconds=1))
    cluster.advance(4)
    status = cluster.status("late")
    text = "Pod was active on the node longer than the specified deadline"
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "DeadlineExceeded", text)
    assert cluster.container("late")["state"]["terminated"]["exitCode"] == 137
    assert cluster.reasons()[-2:] == ["DeadlineExceeded", "Killing"]
    assert cluster.messages("Killing") == ["Stopping container main"]


def test_deletion(cluster: Cluster) -> None:
    cluster.runtime.polite = False
    cluster.apply(make_pod())
    cluster.delete(grace=2)
    assert cluster.runtime.stopped == [("main/0", 2.0)]
    assert cluster.status()["phase"] == "Running"
    cluster.exit("main/0", 137)
    last = cluster.client.patches[-1]["status"]
    assert last["phase"] == "Failed", "the final status is written before the object goes"
    assert last["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137
    assert ("pods", "default", "web") not in cluster.client.objects
    assert cluster.runtime.sandboxes == {}
    assert not (cluster.pods_dir / "uid-web").exists()


def test_a_second_delete_can_shorten_the_grace_period(cluster: Cluster) -> None:
    cluster.runtime.polite = False
    cluster.apply(make_pod())
    cluster.delete(grace=30)
    cluster.delete(grace=1)
    assert cluster.runtime.stopped == [("main/0", 30.0), ("main/0", 1.0)]


def test_a_pod_deleted_by_force_is_ended_all_the_same(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    del cluster.client.objects["pods", "default", "web"]
    cluster.enqueue(Key("default", "web"))
    cluster.settle()
    cluster.advance(5)
    assert cluster.runtime.stopped[0][0] == "main/0"
    assert cluster.runtime.sandboxes == {}


def test_a_new_pod_of_the_same_name(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    again = make_pod()
    again["metadata"]["uid"] = "uid-again"
    cluster.apply(again)
    cluster.advance(5)
    assert set(cluster.runtime.sandboxes) == {"uid-again"}
    assert cluster.status()["phase"] == "Running"


def test_a_restarted_daemon_goes_on(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    told = list(cluster.events.events)
    cluster.start_kubelet()
    cluster.apply(cluster.get())
    assert cluster.events.events == told
    assert len(cluster.runtime.configs) == 1
    cluster.exit("main/0", 1)
    assert cluster.container()["restartCount"] == 1


def test_containers_lost_with_the_machine(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    cluster.runtime.sandboxes.clear()
    cluster.start_kubelet()
    cluster.apply(cluster.get())
    assert cluster.container()["restartCount"] == 1
    assert "running" in cluster.container()["state"]


def test_orphans_are_ended(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    cluster.apply(make_pod("gone"))
    del cluster.client.objects["pods", "default", "gone"]
    cluster.start_kubelet().clean_up_orphans()
    assert set(cluster.runtime.sandboxes) == {"uid-web"}
    assert [entry.name for entry in cluster.pods_dir.iterdir()] == ["uid-web"]


def test_hooks(cluster: Cluster) -> None:
    lifecycle = {"postStart": {"exec": {"command": ["up"]}}, "preStop": {"exec": {"command": ["down"]}}}
    cluster.apply(make_pod(containers=[{"name": "main", "image": "busybox", "lifecycle": lifecycle}]))
    assert cluster.container()["ready"]
    cluster.delete()
    assert [command for _, command in cluster.runtime.execs] == [("up",), ("down",)]


def test_a_container_counts_as_started_when_its_hook_is_over(cluster: Cluster) -> None:
    held = HeldExecutor()
    cluster = Cluster(cluster.pods_dir, held)
    hooked = {"name": "main", "image": "busybox", "lifecycle": {"postStart": {"exec": {"command": ["up"]}}}}
    cluster.apply(make_pod(containers=[hooked, {"name": "next", "image": "busybox"}]))
    assert cluster.container()["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert "uid-web/next/0" not in cluster.runtime.configs
    held.release()
    cluster.settle()
    assert cluster.conditions() == READY


def test_a_failing_post_start_hook(cluster: Cluster) -> None:
    cluster.runtime.exec_results["broken"] = ExecResult(2, b"broken hook\n", b"")
    hooked = {"name": "main", "image": "busybox", "lifecycle": {"postStart": {"exec": {"command": ["broken"]}}}}
    cluster.apply(make_pod(containers=[hooked], restartPolicy="Never"))
    assert cluster.status()["phase"] == "Failed"
    assert cluster.events.events[-2:] == [
        ("Warning", "FailedPostStartHook", "PostStartHook failed"),
        ("Normal", "Killing", "FailedPostStartHook"),
    ]


def test_a_failing_pre_stop_hook(cluster: Cluster) -> None:
    cluster.runtime.exec_results["broken"] = ExecResult(2, b"", b"")
    hooked = {"name": "main", "image": "busybox", "lifecycle": {"preStop": {"exec": {"command": ["broken"]}}}}
    cluster.apply(make_pod(containers=[hooked]))
    cluster.delete()
    assert cluster.messages("FailedPreStopHook") == ["PreStopHook failed"]
    assert ("pods", "default", "web") not in cluster.client.objects


def test_a_sleeping_pre_stop_hook(cluster: Cluster) -> None:
    hooked = {"name": "main", "image": "busybox", "lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}
    cluster.apply(make_pod(containers=[hooked]))
    cluster.delete()
    cluster.advance(4)
    assert cluster.runtime.stopped == []
    cluster.advance(2)
    assert cluster.runtime.stopped == [("main/0", 25.0)]


def test_a_changed_image_restarts_the_container(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    pod = copy.deepcopy(cluster.get())
    pod["spec"]["containers"][0]["image"] = "nginx"
    cluster.apply(pod)
    assert cluster.messages("Killing") == ["Container main definition changed, will be restarted"]
    assert cluster.container()["image"] == "docker.io/library/nginx:latest"
    assert cluster.container()["restartCount"] == 1


def test_ephemeral_containers(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    pod = copy.deepcopy(cluster.get())
    pod["spec"]["ephemeralContainers"] = [{"name": "dbg", "image": "busybox"}]
    cluster.apply(pod)
    cluster.exit("dbg/0")
    [status] = cluster.status()["ephemeralContainerStatuses"]
    assert status["state"]["terminated"]["reason"] == "Completed"
    assert cluster.conditions() == READY


def test_a_missing_volume_keeps_the_pod_from_starting(cluster: Cluster) -> None:
    cluster.apply(make_pod(volumes=[{"name": "cfg", "configMap": {"name": "nope"}}]))
    assert cluster.container()["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert cluster.conditions()["PodReadyToStartContainers"][0] == "False"
    assert cluster.messages("FailedMount") == ['MountVolume.SetUp failed for volume "cfg" : configmap "nope" not found']
    cluster.client.put("configmaps", {"metadata": {"name": "nope", "namespace": "default"}, "data": {"k": "v"}})
    cluster.advance(2)
    assert cluster.status()["phase"] == "Running"


@pytest.mark.parametrize(
    ("spec", "reason", "message"),
    [
        pytest.param(
            {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "3"}}}]},
            "OutOfcpu",
            "Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
            id="cpu",
        ),
        pytest.param(
            {"nodeSelector": {"disk": "tape"}},
            "NodeAffinity",
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
            id="selector",
        ),
    ],
)
def test_rejection(cluster: Cluster, spec: dict[str, Any], reason: str, message: str) -> None:
    cluster.apply(make_pod(**spec))
    status = cluster.status()
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", reason, f"Pod was rejected: {message}")
    assert cluster.events.events == [("Warning", reason, message)]
    assert cluster.runtime.sandboxes == {}


def test_conditions_of_others_stay(cluster: Cluster) -> None:
    pod = make_pod(readinessGates=[{"conditionType": "example.com/ok"}])
    cluster.apply(pod)
    assert cluster.conditions()["Ready"][1] == "ReadinessGatesNotReady"
    changed = copy.deepcopy(cluster.get())
    changed["status"]["conditions"].append({"type": "example.com/ok", "status": "True"})
    cluster.apply(changed)
    assert cluster.conditions()["Ready"] == ("True", "", "")
    assert cluster.conditions()["example.com/ok"] == ("True", "", "")


def test_a_failed_pod_of_the_api_is_ended(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    pod = copy.deepcopy(cluster.get())
    pod["status"] |= {"phase": "Failed", "reason": "Evicted"}
    cluster.apply(pod)
    assert cluster.runtime.stopped[0][0] == "main/0"


def test_what_a_container_is_told(cluster: Cluster) -> None:
    cluster.client.put("nodes", make_node())
    container = {
        "name": "main",
        "image": "busybox",
        "args": ["$(COLOR)", "$$(COLOR)"],
        "env": [{"name": "COLOR", "value": "red"}],
        "workingDir": "/work",
        "resources": {"limits": {"memory": "64Mi", "cpu": "1500m"}},
        "securityContext": {"runAsUser": 1000, "readOnlyRootFilesystem": True},
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
    }
    spec: dict[str, Any] = {
        "securityContext": {"runAsGroup": 3000, "fsGroup": 2000},
        "volumes": [{"name": "v", "emptyDir": {}}],
    }
    cluster.apply(make_pod(containers=[container], **spec))
    config = cluster.runtime.configs["uid-web/main/0"]
    assert config.command == ("/entry", "red", "$(COLOR)")
    assert (config.working_dir, config.memory_limit, config.cpu_limit) == ("/work", 64 << 20, 1.5)
    assert (config.run_as_user, config.run_as_group, config.supplemental_groups) == (1000, 3000, (2000,))
    assert config.read_only_root
    assert (config.env["HOSTNAME"], config.env["HOME"], config.env["COLOR"]) == ("web", "/", "red")
    assert [m.container_path for m in config.mounts] == ["/v", "/etc/hosts"]
    assert f"{cluster.runtime.sandboxes['uid-web'].ip}\tweb\n" in (cluster.pods_dir / "uid-web" / "etc-hosts").read_text()
