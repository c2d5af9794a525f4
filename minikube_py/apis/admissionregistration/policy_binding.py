"""ValidatingAdmissionPolicyBinding: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_dns1123_subdomain
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.admissionregistration.match_resources import set_match_defaults, validate_match_resources
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

ACTIONS = ("Audit", "Deny", "Warn")


def set_defaults(binding: Object) -> None:
    """Fill in what a binding matches."""
    match = (binding.get("spec") or {}).get("matchResources")
    if match is not None:
        set_match_defaults(match)


def prepare_for_create(binding: Object) -> None:
    """Begin at generation 1."""
    binding["metadata"]["generation"] = 1


def validate(binding: Object) -> list[FieldError]:
    """Check a binding."""
    return list(_validate_spec(binding.get("spec") or {}, "spec"))


def _validate_spec(spec: Object, path: str) -> Iterator[FieldError]:
    name = spec.get("policyName") or ""
    if not name:
        yield required(f"{path}.policyName")
    else:
        yield from (invalid(f"{path}.policyName", name, why) for why in is_dns1123_subdomain(name))
    if spec.get("paramRef") is not None:
        yield from _validate_param_ref(spec["paramRef"], f"{path}.paramRef")
    if spec.get("matchResources") is not None:
        yield from validate_match_resources(spec["matchResources"], f"{path}.matchResources")
    actions = spec.get("validationActions") or []
    if not actions:
        yield required(f"{path}.validationActions", "at least one validation action is required")
    for number, action in enumerate(actions):
        if action not in ACTIONS:
            yield not_supported(f"{path}.validationActions[{number}]", action, ACTIONS)
        if action in actions[:number]:
            yield duplicate(f"{path}.validationActions[{number}]", action)
    if "Deny" in actions and "Warn" in actions:
        shown = format_go_strings(actions).replace("[]string", "[]admissionregistration.ValidationAction")
        why = "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"
        yield invalid_go(f"{path}.validationActions", shown, why)


def _validate_param_ref(ref: Object, path: str) -> Iterator[FieldError]:
    if ref.get("name"):
        if ref.get("selector") is not None:
            yield forbidden(f"{path}.name", "name and selector are mutually exclusive")
    elif ref.get("selector") is not None:
        yield from validate_label_selector(ref["selector"], f"{path}.selector")
    else:
        yield required(path, "one of name or selector must be specified")
    action = ref.get("parameterNotFoundAction")
    if action is None:
        yield required(f"{path}.parameterNotFoundAction", "")
    elif action not in ("Allow", "Deny"):
        yield not_supported(f"{path}.parameterNotFoundAction", action, ("Deny", "Allow"))


def _show_param_ref(binding: Object, now: float) -> str:
    ref = (binding.get("spec") or {}).get("paramRef")
    if not ref:
        return "<unset>"
    if ref.get("name"):
        return f"{ref['namespace']}/{ref['name']}" if ref.get("namespace") else f"*/{ref['name']}"
    if ref.get("selector") is None:
        return "<unset>"
    from minikube_py.apis.go_literals import tell_label_selector

    return tell_label_selector(ref["selector"])


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicyBinding",
    plural="validatingadmissionpolicybindings",
    singular="validatingadmissionpolicybinding",
    schema="io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding",
    unconditional_update=False,
    categories=("api-extensions",),
    namespaced=False,
    status=False,
    generation=True,
    columns=(
        NAME,
        Column("PolicyName", lambda binding, now: (binding.get("spec") or {}).get("policyName", "")),
        Column("ParamRef", _show_param_ref),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
