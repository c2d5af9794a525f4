"""NetworkPolicy: https://kubernetes.io/docs/concepts/services-networking/network-policies/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.networking.networkpolicy_rules import iterate_rules


def tell_selector(policy: Object, now: float) -> str:
    """Return the POD-SELECTOR cell."""
    from minikube_py.apimachinery.labels import format_label_selector

    return format_label_selector((policy.get("spec") or {}).get("podSelector") or {})


def set_defaults(policy: Object) -> None:
    """Fill in a policy: protocols, and which ways it is about."""
    spec = policy.setdefault("spec", {})
    spec.setdefault("podSelector", {})
    for _, _, rule in iterate_rules(spec):
        for port in rule.get("ports") or ():
            if port.get("protocol") is None:
                port["protocol"] = "TCP"
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _validate(policy: Object) -> list[FieldError]:
    from minikube_py.apis.networking.networkpolicy_validation import validate_policy

    return validate_policy(policy)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.networking.networkpolicy_validation import validate_policy

    return validate_policy(new, old)


def _warn(policy: Object) -> list[str]:
    from minikube_py.apis.networking.networkpolicy_validation import warn_of_blocks

    return warn_of_blocks(policy)


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="NetworkPolicy",
    plural="networkpolicies",
    singular="networkpolicy",
    short_names=("netpol",),
    schema="io.k8s.api.networking.v1.NetworkPolicy",
    status=False,
    generation=True,
    columns=(NAME, Column("Pod-Selector", tell_selector), AGE),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
)
