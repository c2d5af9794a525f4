"""Rules for probes and lifecycle hooks."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_http_header_name
from minikube_py.apis.field_checks import check_by, check_nonnegative, check_one_of, check_port_number_or_name
from minikube_py.apis.kind import Object

_TIMES = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def validate_probes(container: Object, grace: int | None, field: str) -> list[FieldError]:
    """Return what is wrong with the three probes of a container."""
    errors = []
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if (probe := container.get(name)) is not None:
            errors += _validate_probe(name, probe, grace, f"{field}.{name}")
    return errors


def _validate_probe(name: str, probe: Object, grace: int | None, field: str) -> list[FieldError]:
    errors = validate_handler(probe, grace, field)
    for time in _TIMES:
        errors += check_nonnegative(f"{field}.{time}", probe.get(time))
    termination = probe.get("terminationGracePeriodSeconds")
    if termination is not None and termination <= 0:
        errors.append(invalid(f"{field}.terminationGracePeriodSeconds", termination, "must be greater than 0"))
    if name == "readinessProbe":
        if termination is not None:
            errors.append(invalid(f"{field}.terminationGracePeriodSeconds", termination, "must not be set for readinessProbes"))
    elif (threshold := probe.get("successThreshold", 1)) != 1:
        errors.append(invalid(f"{field}.successThreshold", threshold, "must be 1"))
    return errors


def validate_lifecycle(lifecycle: Object, grace: int | None, field: str) -> list[FieldError]:
    """Return what is wrong with the hooks of a container."""
    errors = []
    for hook in ("postStart", "preStop"):
        if (handler := lifecycle.get(hook)) is not None:
            errors += validate_handler(handler, grace, f"{field}.{hook}")
    return errors


def validate_handler(handler: Object, grace: int | None, field: str) -> list[FieldError]:
    """Return what is wrong with what a probe or a hook does; it does one thing."""
    errors = []
    found = [kind for kind in ("exec", "httpGet", "tcpSocket", "grpc", "sleep") if handler.get(kind) is not None]
    for index, kind in enumerate(found):
        path, action = f"{field}.{kind}", handler[kind]
        if index:
            errors.append(forbidden(path, "may not specify more than 1 handler type"))
        elif kind == "exec":
            errors += [] if action.get("command") else [required(f"{path}.command")]
        elif kind == "httpGet":
            errors += _validate_http_get(action, path)
        elif kind == "sleep":
            errors += _validate_sleep(action.get("seconds", 0), grace, path)
        else:
            errors += check_port_number_or_name(f"{path}.port", action.get("port", 0))
    return errors if found else [required(field, "must specify a handler type")]


def _validate_http_get(action: Object, field: str) -> list[FieldError]:
    errors = [] if action.get("path") else [required(f"{field}.path")]
    errors += check_port_number_or_name(f"{field}.port", action.get("port", 0))
    errors += check_one_of(f"{field}.scheme", action.get("scheme") or "", ("HTTP", "HTTPS"))
    for header in action.get("httpHeaders") or ():
        errors += check_by(f"{field}.httpHeaders", header.get("name", ""), is_http_header_name)
    return errors


def _validate_sleep(seconds: int, grace: int | None, field: str) -> list[FieldError]:
    if grace is None or 0 <= seconds <= grace:
        return []
    return [invalid(field, seconds, f"must be non-negative and less than terminationGracePeriodSeconds ({grace})")]
