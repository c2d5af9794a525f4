"""Which pod the scheduler looks at next, and what wakes those that fitted nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.client.reconcile import Key
from minikube_py.component_base.clock import FakeClock
from minikube_py.scheduler.event import CLAIM, CSI_NODE, NODE, POD, STORAGE_CLASS, VOLUME, WAITING, Event
from minikube_py.scheduler.framework import find_plugins
from minikube_py.scheduler.queue import SchedulingQueue
from tests.scheduler.pods import make_node, make_pod

Object = dict[str, Any]
DELETED = Event(POD, make_pod("gone"), None)


class Waiting:
    """A queue with a clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.queue = SchedulingQueue(self.clock.now)

    def add(self, name: str, priority: int = 0) -> None:
        """Queue a pod."""
        self.queue.update(Key("default", name), make_pod(name, priority=priority))

    def next(self) -> str:
        """Return the pod whose turn it is."""
        queued = self.queue.pop()
        return queued.key.name if queued is not None else ""

    def refuse(self, *plugins: str) -> None:
        """Have the next pod refused by plugins, or meet an error."""
        queued = self.queue.pop()
        assert queued is not None
        self.queue.put_back(queued, plugins)


def test_the_more_important_first_then_those_that_wait_longer() -> None:
    waiting = Waiting()
    for name, priority in (("first", 0), ("boss", 10), ("second", 0)):
        waiting.add(name, priority)
    assert [waiting.next() for _ in range(4)] == ["boss", "first", "second", ""]


def test_a_refused_pod_waits_for_a_change_that_helps() -> None:
    waiting = Waiting()
    waiting.add("pod")
    waiting.refuse("NodeResourcesFit")
    waiting.queue.wake(Event(CLAIM, None, {"metadata": {"name": "c", "namespace": "default"}}))
    assert waiting.next() == ""
    waiting.queue.wake(DELETED)
    assert waiting.next() == "pod"


def test_after_five_minutes_it_is_looked_at_all_the_same() -> None:
    waiting = Waiting()
    waiting.add("pod")
    waiting.refuse("NodeName")
    assert waiting.queue.next_due() == waiting.clock.now() + 300
    waiting.clock.advance(299)
    assert waiting.next() == ""
    waiting.clock.advance(1)
    assert waiting.next() == "pod"


def test_pods_that_pause_come_after_all_others() -> None:
    waiting = Waiting()
    waiting.add("boss", 10)
    waiting.refuse("NodeResourcesFit")
    waiting.add("new")
    waiting.queue.wake(DELETED)
    assert [waiting.next(), waiting.next()] == ["new", "boss"]


def test_pauses_grow_from_one_second_to_ten() -> None:
    waiting = Waiting()
    waiting.add("pod")
    pauses = []
    for _ in range(6):
        waiting.refuse()
        due = waiting.queue.next_due()
        assert due is not None
        pauses.append(due - waiting.clock.now())
        assert waiting.next() == ""  # one that met an error does not come early
        waiting.clock.advance(pauses[-1])
    assert pauses == [1, 2, 4, 8, 10, 10]


def test_removed_pods_do_not_come() -> None:
    waiting = Waiting()
    waiting.add("pod")
    waiting.queue.remove(Key("default", "pod"))
    assert (waiting.next(), waiting.queue.next_due()) == ("", None)


def test_a_pod_of_the_same_name_begins_anew() -> None:
    waiting = Waiting()
    waiting.add("pod")
    waiting.refuse("NodeName")
    other = make_pod("pod")
    other["metadata"]["uid"] = "another"
    waiting.queue.update(Key("default", "pod"), other)
    queued = waiting.queue.pop()
    assert queued is not None
    assert (queued.pod["metadata"]["uid"], queued.attempts) == ("another", 1)


def test_its_own_change_wakes_a_pod_but_not_what_its_status_says() -> None:
    waiting = Waiting()
    waiting.add("pod")
    waiting.refuse("TaintToleration")
    pod = make_pod("pod", priority=0)
    waiting.queue.update(Key("default", "pod"), {**pod, "status": {"phase": "Pending"}})
    assert waiting.next() == ""
    waiting.queue.update(Key("default", "pod"), {**pod, "metadata": {**pod["metadata"], "generation": 2}})
    assert waiting.next() == "pod"


def node(name: str = "one", *, cpu: str = "4", labels: Object | None = None, **spec: Any) -> Object:
    made = make_node(name, "", **spec).node
    allocatable = {**made["status"]["allocatable"], "cpu": cpu}
    metadata = {"name": name, "labels": labels or {}}
    return {"metadata": metadata, "spec": spec, "status": {"allocatable": allocatable}}


def assigned(labels: Object | None = None, **spec: Any) -> Object:
    return make_pod("other", labels, nodeName="one", **spec)


def requesting(cpu: str) -> Object:
    return {"containers": [{"name": "c", "resources": {"requests": {"cpu": cpu}}}]}


def near(labels: Object, *, anti: bool = False) -> Object:
    term = {"labelSelector": {"matchLabels": labels}, "topologyKey": "zone"}
    return {
        "affinity": {"podAntiAffinity" if anti else "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    }


TAINT = {"key": "gpu", "effect": "NoSchedule"}
PORT = {"containers": [{"name": "c", "ports": [{"hostPort": 80}]}]}
WEB = {"app": "web"}
ZONE = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": WEB}}
USES = {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}
OTHER_DISK = {"volumes": [{"name": "d", "gcePersistentDisk": {"pdName": "a"}}]}
SSD = {"nodeSelector": {"disk": "ssd"}}


def claim(name: str) -> Object:
    return {"metadata": {"name": name, "namespace": "default"}}


@pytest.mark.parametrize(
    ("plugin", "spec", "event", "wakes"),
    [
        pytest.param("NodeUnschedulable", {}, Event(NODE, node(unschedulable=True), node()), True, id="uncordoned"),
        pytest.param("NodeUnschedulable", {}, Event(NODE, node(), node(unschedulable=True)), False, id="cordoned"),
        pytest.param("NodeName", {}, Event(NODE, None, node()), True, id="a node came"),
        pytest.param("NodeName", {}, Event(NODE, node(), None), False, id="a node went"),
        pytest.param("TaintToleration", {}, Event(NODE, node(taints=[TAINT]), node()), True, id="a taint went"),
        pytest.param("TaintToleration", {}, Event(NODE, node(), node(cpu="8")), False, id="no taint then, no taint now"),
        pytest.param("TaintToleration", {}, Event(WAITING, make_pod("p"), make_pod("p")), True, id="it may tolerate more"),
        pytest.param("NodeAffinity", SSD, Event(NODE, node(), node(labels={"disk": "ssd"})), True, id="the label came"),
        pytest.param("NodeAffinity", SSD, Event(NODE, node(), node(labels={"disk": "hdd"})), False, id="another label came"),
        pytest.param("NodePorts", PORT, Event(POD, assigned(**PORT), None), True, id="the port is free"),
        pytest.param("NodePorts", PORT, Event(POD, assigned(), None), False, id="another pod went"),
        pytest.param("NodeResourcesFit", requesting("1"), Event(POD, assigned(), None), True, id="a pod went"),
        pytest.param("NodeResourcesFit", requesting("1"), Event(POD, None, assigned()), False, id="a pod came"),
        pytest.param(
            "NodeResourcesFit",
            requesting("1"),
            Event(POD, assigned(**requesting("2")), assigned(**requesting("1"))),
            True,
            id="a pod was made smaller",
        ),
        pytest.param("NodeResourcesFit", requesting("6"), Event(NODE, node(), node(cpu="8")), True, id="a node grew"),
        pytest.param("NodeResourcesFit", requesting("9"), Event(NODE, node(), node(cpu="8")), False, id="but not enough"),
        pytest.param(
            "NodeResourcesFit", requesting("1"), Event(NODE, node(), node(labels=SSD)), False, id="no more than before"
        ),
        pytest.param(
            "PodTopologySpread", {"topologySpreadConstraints": [ZONE]}, Event(POD, None, assigned(WEB)), True, id="one more"
        ),
        pytest.param(
            "PodTopologySpread", {"topologySpreadConstraints": [ZONE]}, Event(POD, None, assigned()), False, id="no such pod"
        ),
        pytest.param(
            "PodTopologySpread",
            {"topologySpreadConstraints": [ZONE]},
            Event(NODE, None, node(labels={"zone": "a"})),
            True,
            id="a new domain",
        ),
        pytest.param(
            "PodTopologySpread", {"topologySpreadConstraints": [ZONE]}, Event(NODE, None, node()), False, id="no domain"
        ),
        pytest.param("InterPodAffinity", near(WEB), Event(POD, None, assigned(WEB)), True, id="company came"),
        pytest.param("InterPodAffinity", near(WEB), Event(POD, assigned(), assigned(WEB)), True, id="a pod became company"),
        pytest.param("InterPodAffinity", near(WEB), Event(POD, assigned(WEB), None), False, id="company went"),
        pytest.param("InterPodAffinity", near(WEB, anti=True), Event(POD, assigned(WEB), None), True, id="one it shuns went"),
        pytest.param(
            "InterPodAffinity", {}, Event(POD, assigned(**near({}, anti=True)), None), True, id="one that shuns it went"
        ),
        pytest.param("VolumeBinding", USES, Event(CLAIM, None, claim("data")), True, id="its claim"),
        pytest.param("VolumeBinding", USES, Event(CLAIM, None, claim("else")), False, id="another claim"),
        pytest.param("VolumeBinding", USES, Event(VOLUME, None, claim("v")), True, id="a volume"),
        pytest.param("VolumeZone", USES, Event(STORAGE_CLASS, None, claim("s")), True, id="a class"),
        pytest.param("VolumeRestrictions", OTHER_DISK, Event(POD, assigned(**OTHER_DISK), None), True, id="the disk is free"),
        pytest.param("VolumeRestrictions", OTHER_DISK, Event(POD, assigned(), None), False, id="it is not"),
        pytest.param("NodeVolumeLimits", USES, Event(POD, assigned(**USES), None), True, id="one volume less"),
        pytest.param("NodeVolumeLimits", USES, Event(CSI_NODE, None, claim("one")), True, id="another limit"),
    ],
)
def test_what_wakes_a_pod(plugin: str, spec: Object, event: Event, wakes: bool) -> None:
    pod = make_pod("pod", WEB, **spec)
    assert [each.wakes(pod, event) for each in find_plugins(plugin, "wakes")] == [wakes]
