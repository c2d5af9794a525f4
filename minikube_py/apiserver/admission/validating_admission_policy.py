"""ValidatingAdmissionPolicy: policies in CEL, put in force by bindings.

https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.admission_matching import find_match
from minikube_py.apiserver.admission_variables import evaluate_text, make_variables
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "ValidatingAdmissionPolicy"
GROUP = "admissionregistration.k8s.io"
BINDINGS, POLICIES = f"validatingadmissionpolicybindings.{GROUP}", f"validatingadmissionpolicies.{GROUP}"
_CLASSES: dict[str, type[errors.StatusError]] = {
    "Invalid": errors.Invalid,
    "Forbidden": errors.Forbidden,
    "RequestEntityTooLarge": errors.RequestEntityTooLarge,
}


class Asked(NamedTuple):
    """A request, and its kind in the version that a policy wants to see."""

    attributes: Attributes
    target: Kind


class Failure(NamedTuple):
    """A rule that does not hold, or could not be judged."""

    message: str
    reason: str = "Invalid"


def handles(attributes: Attributes) -> bool:
    """Every write but those of policies and their like, which could lock out their own repair."""
    return attributes.kind.group != GROUP


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Judge the request by each policy that a binding puts in force for it. Raises StatusError where one denies."""
    for binding in server.extension_points.list(BINDINGS):
        policy = server.store.get(Key(POLICIES, "", binding["spec"].get("policyName", "")))
        if policy is None:
            continue
        match = binding["spec"].get("matchResources")
        target = find_match(policy["spec"]["matchConstraints"], attributes, server)
        if target is None:
            continue
        if match is not None and find_match(match, attributes, server, needs_rules=False) is None:
            continue
        for failure in _list_failures(policy, binding, Asked(attributes, target), server):
            _act(policy, binding, failure, attributes, server)


def _act(policy: Object, binding: Object, failure: Failure, attributes: Attributes, server: ApiServer) -> None:
    names = f"ValidatingAdmissionPolicy '{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
    actions = binding["spec"].get("validationActions") or ()
    if "Warn" in actions:
        server.warnings.append(f"Validation failed for {names}: {failure.message}")
    if "Deny" not in actions:
        return
    kind, message = attributes.kind, f"{names} denied request: {failure.message}"
    refused = errors.new_forbidden(kind.group, kind.plural, attributes.name, message)
    details = {**(refused.details or {}), "causes": [{"message": message}]}
    raise _CLASSES.get(failure.reason, errors.Invalid)(refused.message, details)


def _list_failures(policy: Object, binding: Object, asked: Asked, server: ApiServer) -> Iterator[Failure]:
    fails = policy["spec"].get("failurePolicy") != "Ignore"
    try:
        every = list(_find_params(policy, binding, asked.attributes, server))
    except LookupError as error:
        if fails:
            yield Failure(f"failed to configure binding: {error}")
        return
    for params in every:
        yield from _judge(policy["spec"], _make_variables(policy["spec"], params, asked, server), fails)


def _judge(spec: Object, variables: Object, fails: bool) -> Iterator[Failure]:
    from minikube_py.apimachinery.cel.nodes import CelError

    try:
        if not all(
            evaluate_text(condition["expression"], variables) is True for condition in spec.get("matchConditions") or ()
        ):
            return
    except CelError as error:
        if fails:
            yield Failure(f"failed to evaluate match conditions: {error}")
        return
    for rule in spec.get("validations") or ():
        expression = rule["expression"].strip()
        try:
            holds = evaluate_text(expression, variables)
        except CelError as error:
            if fails:
                yield Failure(f"expression '{expression}' resulted in error: {error}")
            continue
        if holds is not True:
            yield Failure(_tell(rule, variables), rule.get("reason") or "Invalid")


def _tell(rule: Object, variables: Object) -> str:
    from minikube_py.apimachinery.cel.nodes import CelError

    if expression := rule.get("messageExpression"):
        try:
            text = evaluate_text(expression, variables)
        except CelError:
            text = ""
        if isinstance(text, str) and text.strip() and "\n" not in text.strip():
            return text.strip()
    return (rule.get("message") or "").strip() or f"failed expression: {rule['expression'].strip()}"


def _make_variables(spec: Object, params: Any, asked: Asked, server: ApiServer) -> Object:
    """Return what expressions can speak of; `variables` are worked out when they are asked for."""
    from minikube_py.apimachinery.cel.evaluator import Lazy

    attributes = asked.attributes
    composed: Object = {}
    variables = make_variables(attributes, asked.target, server)
    namespace = server.store.get(Key("namespaces", "", attributes.namespace)) if attributes.namespace else None
    variables |= {"params": params, "namespaceObject": namespace, "variables": composed}
    for variable in spec.get("variables") or ():
        expression = variable["expression"]
        composed[variable["name"]] = Lazy(lambda expression=expression: evaluate_text(expression, variables))  # type: ignore[misc]
    return variables


def _find_params(policy: Object, binding: Object, attributes: Attributes, server: ApiServer) -> Iterator[Any]:
    """Yield the parameters to judge by, None where the policy takes none. Raises LookupError where they cannot be found."""
    wanted, ref = policy["spec"].get("paramKind"), binding["spec"].get("paramRef")
    if not wanted or not ref:
        yield None
        return
    group, _, version = wanted["apiVersion"].rpartition("/")
    kind = server.find_kind_by_name(group, version, wanted["kind"])
    if kind is None:
        raise LookupError(f"failed to find resource referenced by paramKind: '{wanted['apiVersion']}, Kind={wanted['kind']}'")
    namespace = (ref.get("namespace") or attributes.namespace) if kind.namespaced else ""
    if ref.get("name"):
        found = server.store.get(Key(kind.resource, namespace, ref["name"]))
        params = [found] if found is not None else []
    else:
        from minikube_py.apimachinery.labels import selector_from_object

        selector = selector_from_object(ref.get("selector") or {})
        listed = server.store.list(Query(kind.resource, namespace)).items
        params = [obj for obj in listed if selector.matches(obj["metadata"].get("labels") or {})]
    if not params and ref.get("parameterNotFoundAction") == "Deny":
        raise LookupError("no params found for policy binding with `Deny` parameterNotFoundAction")
    yield from params
