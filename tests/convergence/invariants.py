"""What is true of every cluster that has come to rest: each check yields what is wrong, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.client.resources import (
    CONFIG_MAPS,
    CONTROLLER_REVISIONS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    ENDPOINTS,
    IP_ADDRESSES,
    JOBS,
    LEASES,
    NAMESPACES,
    NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    POD_DISRUPTION_BUDGETS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    RESOURCE_QUOTAS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STATEFUL_SETS,
    Resource,
)
from tests.convergence.world import World

Object = dict[str, Any]
Problems = Iterator[str]
KINDS = (
    *(NODES, NAMESPACES, PODS, SERVICES, ENDPOINTS, ENDPOINT_SLICES, LEASES, IP_ADDRESSES, CONFIG_MAPS, SERVICE_ACCOUNTS),
    *(DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS, DAEMON_SETS, CONTROLLER_REVISIONS, JOBS, CRON_JOBS),
    *(PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, POD_DISRUPTION_BUDGETS, RESOURCE_QUOTAS),
)
EVICTING = ("NoSchedule", "NoExecute")


class Snapshot:
    """All objects of a cluster at rest."""

    def __init__(self, world: World) -> None:
        self.objects = {kind: world.list(kind) for kind in KINDS}
        self.running = {sandbox.pod_uid for sandbox in world.daemon.nodes.runtime.list()}
        for kind, objects in self.objects.items():
            for obj in objects:
                obj["kind"] = kind.kind

    def __getitem__(self, kind: Resource) -> list[Object]:
        return self.objects[kind]

    def everything(self) -> Iterator[Object]:
        """Yield every object."""
        for objects in self.objects.values():
            yield from objects

    def owned(self, owner: Object, kind: Resource = PODS) -> list[Object]:
        """Return what an object controls."""
        uid = owner["metadata"]["uid"]
        return [o for o in self[kind] if any(r["uid"] == uid and r.get("controller") for r in references(o))]


def find_problems(world: World) -> list[str]:
    """Return everything that is wrong."""
    snapshot = Snapshot(world)
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(snapshot)]


# -- what objects say


def references(obj: Object) -> list[Object]:
    return list(obj["metadata"].get("ownerReferences") or ())


def tell(obj: Object) -> str:
    metadata = obj["metadata"]
    return f"{obj['kind']} {metadata.get('namespace', '')}/{metadata['name']}"


def is_over(pod: Object) -> bool:
    return bool(pod["status"]["phase"] in ("Succeeded", "Failed"))


def is_ready(pod: Object) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions") or ())


def matches(selector: Object, pod: Object) -> bool:
    return (pod["metadata"].get("labels") or {}).items() >= selector.items()


def is_held_up(snapshot: Snapshot, namespace: str) -> bool:
    """Return whether something in the namespace may lack pods: a quota is used up, or pods find no node."""
    quotas = any("pods" in q["spec"]["hard"] for q in snapshot[RESOURCE_QUOTAS] if q["metadata"]["namespace"] == namespace)
    return quotas or not has_room(snapshot)


def has_room(snapshot: Snapshot) -> bool:
    """Return whether pods find a node: the pods of these tests are small, so any usable one does."""
    return any(is_usable(node) for node in snapshot[NODES])


def is_usable(node: Object) -> bool:
    """Return whether a pod without tolerations can be placed on a node."""
    return is_ready(node) and not any(t["effect"] in EVICTING for t in node["spec"].get("taints") or ())


# -- what must hold


def owners_exist(s: Snapshot) -> Problems:
    known = {obj["metadata"]["uid"] for obj in s.everything()}
    for obj in s.everything():
        owners = references(obj)
        if owners and not any(owner["uid"] in known for owner in owners):
            yield f"{tell(obj)} belongs to nothing that is there: {owners}"


def nothing_is_ending(s: Snapshot) -> Problems:
    used = {
        (pod["metadata"]["namespace"], volume["persistentVolumeClaim"]["claimName"])
        for pod in s[PODS]
        if not is_over(pod)
        for volume in pod["spec"].get("volumes") or ()
        if "persistentVolumeClaim" in volume
    }
    for obj in s.everything():
        metadata = obj["metadata"]
        if not metadata.get("deletionTimestamp"):
            continue
        if obj["kind"] == "PersistentVolumeClaim" and (metadata["namespace"], metadata["name"]) in used:
            continue
        yield f"{tell(obj)} is never gone: {metadata.get('finalizers')} {obj.get('status')}"


def namespaces_exist(s: Snapshot) -> Problems:
    known = {namespace["metadata"]["name"] for namespace in s[NAMESPACES]}
    for obj in s.everything():
        if obj["metadata"].get("namespace", "default") not in known:
            yield f"{tell(obj)} is in a namespace that is gone"
    accounts = {(o["metadata"]["namespace"], o["metadata"]["name"]) for o in s[SERVICE_ACCOUNTS]}
    maps = {(o["metadata"]["namespace"], o["metadata"]["name"]) for o in s[CONFIG_MAPS]}
    for name in known:
        if (name, "default") not in accounts or (name, "kube-root-ca.crt") not in maps:
            yield f"namespace {name} lacks its service account or the authority"


def pods_are_on_nodes(s: Snapshot) -> Problems:
    nodes = {node["metadata"]["name"]: node for node in s[NODES]}
    for pod in s[PODS]:
        name = pod["spec"].get("nodeName")
        if name and name not in nodes:
            yield f"{tell(pod)} is on node {name}, which is not there"
        if not name and has_room(s) and not is_over(pod) and not pod["spec"].get("affinity") and not waits_for_claim(s, pod):
            yield f"{tell(pod)} was never placed: {pod['status']}"
        if name and not is_over(pod) and not is_ready(pod) and is_ready(nodes.get(name, pod)):
            yield f"{tell(pod)} is not ready: {pod['status']}"


def waits_for_claim(s: Snapshot, pod: Object) -> bool:
    bound = {
        (c["metadata"]["namespace"], c["metadata"]["name"]) for c in s[PERSISTENT_VOLUME_CLAIMS] if c["spec"].get("volumeName")
    }
    claims = [v["persistentVolumeClaim"]["claimName"] for v in pod["spec"].get("volumes") or () if "persistentVolumeClaim" in v]
    return any((pod["metadata"]["namespace"], claim) not in bound for claim in claims)


def sandboxes_belong_to_pods(s: Snapshot) -> Problems:
    for uid in s.running - {pod["metadata"]["uid"] for pod in s[PODS]}:
        yield f"a sandbox of pod {uid} is left"


def replicas_are_there(s: Snapshot) -> Problems:
    for kind in (REPLICA_SETS, REPLICATION_CONTROLLERS):
        for owner in s[kind]:
            alive = [pod for pod in s.owned(owner) if not is_over(pod)]
            wanted = owner["spec"]["replicas"]
            if len(alive) > wanted or (len(alive) < wanted and not is_held_up(s, owner["metadata"]["namespace"])):
                yield f"{tell(owner)} has {len(alive)} of {wanted} pods: {owner['status']}"
            if owner["status"]["replicas"] != len(alive):
                yield f"{tell(owner)} says it has {owner['status']}, and has {len(alive)}"
            yield from check_status(s, owner, alive)


def check_status(s: Snapshot, owner: Object, alive: list[Object]) -> Problems:
    ready = sum(map(is_ready, alive))
    if owner["status"].get("readyReplicas", 0) != ready:
        yield f"{tell(owner)} says {owner['status'].get('readyReplicas', 0)} pods are ready, and {ready} are"
    if owner["status"].get("observedGeneration") != owner["metadata"]["generation"]:
        yield f"{tell(owner)} was not looked at: {owner['status']} of generation {owner['metadata']['generation']}"


def pods_have_one_owner(s: Snapshot) -> Problems:
    """A pod that a set selects and that nobody controls is adopted."""
    for kind in (REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS):
        for owner in s[kind]:
            for pod in s.owned(owner):
                if not matches(owner["spec"]["selector"]["matchLabels"], pod) and not is_over(pod):
                    yield f"{tell(owner)} keeps {tell(pod)}, which it does not select"


def deployments_are_rolled_out(s: Snapshot) -> Problems:
    for owner in s[DEPLOYMENTS]:
        sets = s.owned(owner, REPLICA_SETS)
        template = owner["spec"]["template"]["spec"]["containers"]
        new = [rs for rs in sets if rs["spec"]["template"]["spec"]["containers"] == template]
        if len(new) != 1:
            yield f"{tell(owner)} has {len(new)} replica sets of its template"
            continue
        old = [rs for rs in sets if rs is not new[0]]
        if is_held_up(s, owner["metadata"]["namespace"]):
            continue
        counts = (new[0]["spec"]["replicas"], sum(rs["spec"]["replicas"] for rs in old))
        if counts != (owner["spec"]["replicas"], 0):
            yield f"{tell(owner)} has {counts} new and old pods of {owner['spec']['replicas']}: {owner['status']}"
        elif len(old) > owner["spec"]["revisionHistoryLimit"]:
            yield f"{tell(owner)} keeps {len(old)} old replica sets"
        if owner["status"].get("availableReplicas", 0) != owner["spec"]["replicas"]:
            yield f"{tell(owner)} says it has {owner['status']}"


def stateful_sets_are_complete(s: Snapshot) -> Problems:
    claims = {(c["metadata"]["namespace"], c["metadata"]["name"]) for c in s[PERSISTENT_VOLUME_CLAIMS]}
    for owner in s[STATEFUL_SETS]:
        name, namespace, wanted = owner["metadata"]["name"], owner["metadata"]["namespace"], owner["spec"]["replicas"]
        pods = {pod["metadata"]["name"]: pod for pod in s.owned(owner)}
        expected = {f"{name}-{number}" for number in range(wanted)}
        if not pods.keys() <= expected:
            yield f"{tell(owner)} has pods {sorted(pods)} for {wanted}"
        if pods.keys() != expected and not is_held_up(s, namespace) and not is_blocked(s, owner, expected):
            yield f"{tell(owner)} lacks {sorted(expected - pods.keys())}: {owner['status']}"
        for pod in pods:
            if (namespace, f"data-{pod}") not in claims:
                yield f"{tell(owner)} lacks the claim of {pod}"
        yield from check_status(s, owner, list(pods.values()))


def is_blocked(s: Snapshot, owner: Object, names: set[str]) -> bool:
    """Return whether a pod by hand, or of another owner, has a name of the set."""
    own = {pod["metadata"]["uid"] for pod in s.owned(owner)}
    namespace = owner["metadata"]["namespace"]
    found = (p["metadata"] for p in s[PODS])
    return any(m["name"] in names and m["namespace"] == namespace and m["uid"] not in own for m in found)


def daemon_sets_are_everywhere(s: Snapshot) -> Problems:
    for owner in s[DAEMON_SETS]:
        wanted = {n["metadata"]["name"] for n in s[NODES] if is_daemon_welcome(n)}
        places = Counter(target_of(pod) for pod in s.owned(owner) if not is_over(pod))
        if any(count > 1 for count in places.values()):
            yield f"{tell(owner)} has two pods on one node: {places}"
        if wanted - places.keys() and not any(
            "pods" in q["spec"]["hard"]
            for q in s[RESOURCE_QUOTAS]
            if q["metadata"]["namespace"] == owner["metadata"]["namespace"]
        ):
            yield f"{tell(owner)} lacks pods on {wanted - places.keys()}"
        if owner["status"]["desiredNumberScheduled"] != len(wanted):
            yield f"{tell(owner)} wants {owner['status']} of {len(wanted)}"


def is_daemon_welcome(node: Object) -> bool:
    """Return whether a daemon set's pod belongs on a node: they tolerate the taints of conditions and of cordons."""
    taints = node["spec"].get("taints") or ()
    return not any(t["effect"] in EVICTING and not t["key"].startswith("node.kubernetes.io/") for t in taints)


def target_of(pod: Object) -> str:
    """Return the node of a daemon set's pod: its own, or the one that it is meant for."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    terms = affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms") or ()
    return "".join(term["matchFields"][0]["values"][0] for term in terms)


def jobs_come_to_their_end(s: Snapshot) -> Problems:
    for job in s[JOBS]:
        pods = s.owned(job)
        status = job["status"]
        ended = any(c["type"] in ("Complete", "Failed") and c["status"] == "True" for c in status.get("conditions") or ())
        if ended and any(not is_over(pod) for pod in pods):
            yield f"{tell(job)} has ended, and pods of it have not"
        if not ended and not is_held_up(s, job["metadata"]["namespace"]):
            yield f"{tell(job)} goes on for ever: {status} with {[p['status']['phase'] for p in pods]}"
        for pod in pods:
            if ended and "batch.kubernetes.io/job-tracking" in (pod["metadata"].get("finalizers") or ()):
                yield f"{tell(job)} has ended, and {tell(pod)} is still counted"


def cron_jobs_keep_little(s: Snapshot) -> Problems:
    for owner in s[CRON_JOBS]:
        jobs = s.owned(owner, JOBS)
        good, bad = (
            [j for j in jobs if any(c["type"] == t for c in j["status"].get("conditions") or ())]
            for t in ("Complete", "Failed")
        )
        if len(good) > 3 or len(bad) > 1:
            yield f"{tell(owner)} keeps {len(good)} good and {len(bad)} bad jobs"
        active = {reference["uid"] for reference in owner["status"].get("active") or ()}
        if not active <= {job["metadata"]["uid"] for job in jobs}:
            yield f"{tell(owner)} takes jobs for active that are gone"


def addresses_are_given_once(s: Snapshot) -> Problems:
    given = [s_["spec"].get("clusterIP") for s_ in s[SERVICES] if s_["spec"].get("clusterIP") not in (None, "", "None")]
    ports = [p["nodePort"] for service in s[SERVICES] for p in service["spec"].get("ports") or () if p.get("nodePort")]
    for what, found in (("address", given), ("node port", ports)):
        for value, count in Counter(found).items():
            if count > 1:
                yield f"{what} {value} was given {count} times"
    objects = {obj["metadata"]["name"] for obj in s[IP_ADDRESSES]}
    if objects != set(given):
        yield f"IPAddresses {objects ^ set(given)} are left or lacking"


def endpoints_are_the_ready_pods(s: Snapshot) -> Problems:
    for service in s[SERVICES]:
        selector, metadata = service["spec"].get("selector"), service["metadata"]
        if not selector:
            continue
        pods = [
            p
            for p in s[PODS]
            if p["metadata"]["namespace"] == metadata["namespace"] and matches(selector, p) and not is_over(p)
        ]
        pods = [p for p in pods if p["status"].get("podIP")]
        early = bool(service["spec"].get("publishNotReadyAddresses"))
        expected = {p["status"]["podIP"]: early or is_ready(p) for p in pods}
        slices = [
            o
            for o in s[ENDPOINT_SLICES]
            if label_of(o) == metadata["name"] and o["metadata"]["namespace"] == metadata["namespace"]
        ]
        found = {e["addresses"][0]: e["conditions"]["ready"] for o in slices for e in o.get("endpoints") or ()}
        if found != expected:
            yield f"slices of {tell(service)} have {found}, the pods are {expected}"
        same = [
            o
            for o in s[ENDPOINTS]
            if o["metadata"]["name"] == metadata["name"] and o["metadata"]["namespace"] == metadata["namespace"]
        ]
        subsets = [subset for o in same for subset in o.get("subsets") or ()]
        addresses = {a["ip"] for subset in subsets for a in subset.get("addresses") or ()}
        if addresses != {ip for ip, ready in expected.items() if ready}:
            yield f"endpoints of {tell(service)} have {addresses}, the pods are {expected}"
    names = {(o["metadata"]["namespace"], o["metadata"]["name"]) for o in s[SERVICES]}
    for obj in s[ENDPOINT_SLICES]:
        if (obj["metadata"]["namespace"], label_of(obj)) not in names:
            yield f"{tell(obj)} is of no service"


def label_of(obj: Object) -> str:
    return str((obj["metadata"].get("labels") or {}).get("kubernetes.io/service-name", ""))


def volumes_and_claims_agree(s: Snapshot) -> Problems:
    claims = {c["metadata"]["uid"]: c for c in s[PERSISTENT_VOLUME_CLAIMS]}
    volumes = {v["metadata"]["name"]: v for v in s[PERSISTENT_VOLUMES]}
    for claim in claims.values():
        volume = volumes.get(claim["spec"].get("volumeName", ""))
        if (
            volume is None
            or volume["spec"]["claimRef"]["uid"] != claim["metadata"]["uid"]
            or claim["status"]["phase"] != "Bound"
        ):
            yield f"{tell(claim)} is not bound: {claim['spec']} {claim['status']}"
    for volume in volumes.values():
        claim = claims.get(volume["spec"].get("claimRef", {}).get("uid", ""))
        if claim is None or claim["spec"].get("volumeName") != volume["metadata"]["name"]:
            yield f"{tell(volume)} is of no claim: {volume['spec'].get('claimRef')} {volume['status']}"


def quotas_count_what_is_there(s: Snapshot) -> Problems:
    for quota in s[RESOURCE_QUOTAS]:
        namespace = quota["metadata"]["namespace"]
        pods = [p for p in s[PODS] if p["metadata"]["namespace"] == namespace and not is_over(p)]
        cpus = (
            c["resources"]["requests"]["cpu"]
            for p in pods
            for c in p["spec"]["containers"]
            if "requests" in c.get("resources", {})
        )
        fresh = {
            "pods": len(pods),
            "requests.cpu": sum(parse_quantity(cpu).milli_value() for cpu in cpus),
            "count/deployments.apps": sum(o["metadata"]["namespace"] == namespace for o in s[DEPLOYMENTS]),
            "services": sum(o["metadata"]["namespace"] == namespace for o in s[SERVICES]),
        }
        used = quota["status"].get("used") or {}
        for name in quota["spec"]["hard"]:
            amount = parse_quantity(used.get(name, "-1"))
            told = amount.milli_value() if name == "requests.cpu" else amount.value()
            if told != fresh[name]:
                yield f"{tell(quota)} says {name} is {used.get(name)}, it is {fresh[name]}"


def budgets_count_what_is_there(s: Snapshot) -> Problems:
    for budget in s[POD_DISRUPTION_BUDGETS]:
        selector, namespace = budget["spec"]["selector"]["matchLabels"], budget["metadata"]["namespace"]
        pods = [p for p in s[PODS] if p["metadata"]["namespace"] == namespace and matches(selector, p) and not is_over(p)]
        healthy = sum(map(is_ready, pods))
        status = budget["status"]
        if status.get("disruptedPods"):
            yield f"{tell(budget)} still waits for evicted pods: {status}"
        synced = all(c["reason"] != "SyncFailed" for c in status.get("conditions") or ())
        if synced and status["currentHealthy"] != healthy:
            yield f"{tell(budget)} says {status['currentHealthy']} pods are healthy, and {healthy} are"


def histories_are_short(s: Snapshot) -> Problems:
    for kind in (STATEFUL_SETS, DAEMON_SETS):
        for owner in s[kind]:
            count = len(s.owned(owner, CONTROLLER_REVISIONS))
            if not 1 <= count <= owner["spec"]["revisionHistoryLimit"] + 2:
                yield f"{tell(owner)} has {count} revisions"


def leases_are_of_nodes(s: Snapshot) -> Problems:
    nodes = {node["metadata"]["name"] for node in s[NODES]}
    for lease in s[LEASES]:
        if lease["metadata"]["namespace"] == "kube-node-lease" and lease["metadata"]["name"] not in nodes:
            yield f"{tell(lease)} is of no node"


CHECKS = (
    *(owners_exist, nothing_is_ending, namespaces_exist, pods_are_on_nodes, sandboxes_belong_to_pods, replicas_are_there),
    *(pods_have_one_owner, deployments_are_rolled_out, stateful_sets_are_complete, daemon_sets_are_everywhere),
    *(jobs_come_to_their_end, cron_jobs_keep_little, addresses_are_given_once, endpoints_are_the_ready_pods),
    *(
        volumes_and_claims_agree,
        quotas_count_what_is_there,
        budgets_count_what_is_there,
        histories_are_short,
        leases_are_of_nodes,
    ),
)
