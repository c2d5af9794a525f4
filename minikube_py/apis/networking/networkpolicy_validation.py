"""Rules for network policies."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.addresses import judge_old_cidr, parse_cidr, warn_of_cidr
from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_valid_port_name, is_valid_port_num
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.field_checks import GoValueError, check_by, unsupported
from minikube_py.apis.kind import Object
from minikube_py.apis.networking.networkpolicy_rules import iterate_rules

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")


def validate_policy(policy: Object, old: Object | None = None) -> list[FieldError]:
    """Return what is wrong with a policy; blocks of addresses that `old` has are let pass."""
    spec = policy["spec"]
    errors = validate_label_selector(spec.get("podSelector"), "spec.podSelector")
    known = {text for _, block in _iterate_blocks(old["spec"]) for _, text in _list_texts("", block)} if old else set()
    for where, peers, rule in iterate_rules(spec):
        for index, port in enumerate(rule.get("ports") or ()):
            errors += _validate_port(port, f"spec.{where}.ports[{index}]")
        for index, peer in enumerate(rule.get(peers) or ()):
            errors += _validate_peer(peer, f"spec.{where}.{peers}[{index}]", known)
    types = spec.get("policyTypes") or []
    if len(types) > len(_TYPES):
        shown = "[]networking.PolicyType{" + ", ".join(f'"{name}"' for name in types) + "}"
        why = "may not specify more than two policyTypes"
        return [*errors, GoValueError("FieldValueInvalid", "spec.policyTypes", shown, why)]
    unknown = [(index, name) for index, name in enumerate(types) if name not in _TYPES]
    return errors + [unsupported(f"spec.policyTypes[{index}]", name, _TYPES) for index, name in unknown]


def _validate_port(port: Object, field: str) -> list[FieldError]:
    protocol, number, end = port.get("protocol"), port.get("port"), port.get("endPort")
    errors = [unsupported(f"{field}.protocol", protocol, _PROTOCOLS)] if protocol not in (None, *_PROTOCOLS) else []
    if number is None:
        why = "may not be specified when `port` is not specified"
        return [*errors, invalid(f"{field}.endPort", end, why)] if end is not None else errors
    if isinstance(number, str):
        if end is not None:
            errors.append(invalid(f"{field}.endPort", end, "may not be specified when `port` is non-numeric"))
        return errors + check_by(f"{field}.port", number, is_valid_port_name)
    errors += check_by(f"{field}.port", number, is_valid_port_num)
    if end is not None:
        if end < number:
            errors.append(invalid(f"{field}.endPort", number, "must be greater than or equal to `port`"))
        errors += check_by(f"{field}.endPort", end, is_valid_port_num)
    return errors


def _validate_peer(peer: Object, field: str, known: set[str]) -> list[FieldError]:
    errors = []
    given = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(name) is not None]
    for name in given:
        path = f"{field}.{name}"
        errors += _validate_block(peer[name], path, known) if name == "ipBlock" else validate_label_selector(peer[name], path)
    if not given:
        errors.append(required(field, "must specify a peer"))
    elif len(given) > 1 and "ipBlock" in given:
        errors.append(forbidden(field, "may not specify both ipBlock and another peer"))
    return errors


def _validate_block(block: Object, field: str, known: set[str]) -> list[FieldError]:
    text = block.get("cidr") or ""
    if not text:
        return [required(f"{field}.cidr")]
    errors = [] if text in known else check_by(f"{field}.cidr", text, judge_old_cidr)
    whole = parse_cidr(text)
    if whole is None:
        return errors
    for index, part_text in enumerate(block.get("except") or ()):
        path, part = f"{field}.except[{index}]", parse_cidr(part_text)
        errors += [] if part_text in known else check_by(path, part_text, judge_old_cidr)
        if part is None:
            continue
        if part.version != whole.version or part.network_address not in whole or whole.prefixlen >= part.prefixlen:
            errors.append(invalid(path, part_text, "must be a strict subset of `cidr`"))
    return errors


def _iterate_blocks(spec: Object) -> Iterator[tuple[str, Object]]:
    for where, peers, rule in iterate_rules(spec):
        for index, peer in enumerate(rule.get(peers) or ()):
            if (block := peer.get("ipBlock")) is not None:
                yield f"spec.{where}.{peers}[{index}].ipBlock", block


def _list_texts(field: str, block: Object) -> list[tuple[str, str]]:
    parts = enumerate(block.get("except") or ())
    return [(f"{field}.cidr", block.get("cidr") or ""), *((f"{field}.except[{index}]", text) for index, text in parts)]


def warn_of_blocks(policy: Object) -> list[str]:
    """Return the warnings about blocks of addresses that are not well written."""
    texts = [pair for field, block in _iterate_blocks(policy["spec"]) for pair in _list_texts(field, block)]
    return [warning for field, text in texts for warning in warn_of_cidr(field, text)]
