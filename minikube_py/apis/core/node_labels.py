"""Labels of nodes that have newer names."""

from __future__ import annotations

from minikube_py.apis.kind import Object

OLD_NODE_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}


NEW_NODE_LABELS = {old: message.split('"')[1] for old, message in OLD_NODE_LABELS.items()}


def warn_of_node_term(term: Object, field: str) -> list[str]:
    """Return a warning for each expression of a node selector's term that asks for an old name."""
    keys = enumerate(expression.get("key", "") for expression in term.get("matchExpressions") or ())
    return [
        f"{field}.matchExpressions[{index}].key: {key} is {OLD_NODE_LABELS[key]}"
        for index, key in keys
        if key in OLD_NODE_LABELS
    ]
