"""Objects of real kinds for these tests, and hypothesis strategies that make them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from minikube_py.apimachinery import schema

POD = schema.load("io.k8s.api.core.v1.Pod")
SERVICE = schema.load("io.k8s.api.core.v1.Service")
DEPLOYMENT = schema.load("io.k8s.api.apps.v1.Deployment")
CONFIG_MAP = schema.load("io.k8s.api.core.v1.ConfigMap")

NAMES = st.sampled_from(["a", "b", "c", "d"])
TEXT = st.sampled_from(["x", "y", "z"])
# sorted: as upstream, a patch does not say that only the order of an unsorted list changed
SORTED_NAMES = st.lists(NAMES, unique=True, max_size=3).map(sorted)
LABELS = st.dictionaries(NAMES, TEXT, max_size=3)


def _unique(item: st.SearchStrategy[dict[str, Any]], key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(item, max_size=4, unique_by=lambda value: value[key])


ENV = _unique(st.fixed_dictionaries({"name": NAMES}, optional={"value": TEXT}), "name")
PORTS = _unique(st.fixed_dictionaries({"containerPort": st.integers(80, 84)}, optional={"name": TEXT}), "containerPort")
CONTAINERS = _unique(
    st.fixed_dictionaries(
        {"name": NAMES, "image": TEXT},
        optional={"env": ENV, "ports": PORTS, "args": st.lists(TEXT, max_size=3), "resources": st.just({})},
    ),
    "name",
)
VOLUMES = _unique(
    st.one_of(
        st.fixed_dictionaries({"name": NAMES, "emptyDir": st.just({})}),
        st.fixed_dictionaries({"name": NAMES, "configMap": st.fixed_dictionaries({"name": TEXT})}),
    ),
    "name",
)
METADATA = st.fixed_dictionaries(
    {"name": st.just("web")},
    optional={"labels": LABELS, "annotations": LABELS, "finalizers": SORTED_NAMES},
)
POD_SPEC = st.fixed_dictionaries(
    {"containers": CONTAINERS},
    optional={
        "volumes": VOLUMES,
        "nodeSelector": LABELS,
        "tolerations": st.lists(st.fixed_dictionaries({"key": TEXT}), max_size=2),
        "hostNetwork": st.booleans(),
    },
)
PODS = st.fixed_dictionaries({"metadata": METADATA, "spec": POD_SPEC})
DEPLOYMENTS = st.fixed_dictionaries(
    {
        "metadata": METADATA,
        "spec": st.fixed_dictionaries(
            {"template": st.fixed_dictionaries({"metadata": st.fixed_dictionaries({"labels": LABELS}), "spec": POD_SPEC})},
            optional={
                "replicas": st.integers(0, 3),
                "strategy": st.one_of(
                    st.just({"type": "Recreate"}),
                    st.fixed_dictionaries({"rollingUpdate": st.fixed_dictionaries({"maxSurge": st.integers(1, 2)})}),
                ),
            },
        ),
    }
)
SERVICE_PORTS = _unique(st.fixed_dictionaries({"port": st.integers(80, 84)}, optional={"name": TEXT}), "port")
SERVICES = st.fixed_dictionaries(
    {"metadata": METADATA, "spec": st.fixed_dictionaries({"ports": SERVICE_PORTS}, optional={"selector": LABELS})}
)
PAIRS = st.one_of(
    st.tuples(st.just(POD), PODS, PODS),
    st.tuples(st.just(DEPLOYMENT), DEPLOYMENTS, DEPLOYMENTS),
    st.tuples(st.just(SERVICE), SERVICES, SERVICES),
)
TRIPLES = st.one_of(st.tuples(st.just(POD), PODS, PODS, PODS), st.tuples(st.just(SERVICE), SERVICES, SERVICES, SERVICES))


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """Return a Pod with these containers."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": list(containers), **spec}}
