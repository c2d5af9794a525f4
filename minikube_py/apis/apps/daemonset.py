"""DaemonSet: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import CONTAINERS, IMAGES, SELECTOR, check_selector_kept, read_status, warn_about_pods

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
ALWAYS_SHOWN = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")


def tell_node_selector(daemon_set: Object, now: float) -> str:
    """Return the NODE SELECTOR cell."""
    from minikube_py.apimachinery.labels import format_labels

    return format_labels(daemon_set["spec"]["template"]["spec"].get("nodeSelector"))


def set_defaults(daemon_set: Object) -> None:
    """Fill in a rolling update of one pod at a time, and ten revisions."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    spec = daemon_set.setdefault("spec", {})
    daemon_set.setdefault("status", {})
    metadata = daemon_set.setdefault("metadata", {})
    metadata["annotations"] = {TEMPLATE_GENERATION: "0", **(metadata.get("annotations") or {})}  # the writer's own, as upstream
    strategy = spec.setdefault("updateStrategy", {})
    strategy["type"] = strategy.get("type") or "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)
    set_template_defaults(spec.setdefault("template", {}))


def show_counts(new: Object, old: Object) -> None:
    """Write the counts that always stand in a status."""
    status = new.setdefault("status", {})
    for field in ALWAYS_SHOWN:
        status.setdefault(field, 0)


def read_template_generation(daemon_set: Object) -> int:
    """Return how often the template was changed, from the annotation in which that is kept; 0 without one.

    Raises BadRequest where the annotation is no number.
    """
    from minikube_py.apimachinery.errors import BadRequest, format_value

    text = (daemon_set["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION)
    if text is None:
        return 0
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        raise BadRequest(f"strconv.ParseInt: parsing {format_value(text)}: invalid syntax")
    return int(text)


def _set_template_generation(daemon_set: Object, number: int) -> None:
    metadata = daemon_set["metadata"]
    metadata["annotations"] = {**(metadata.get("annotations") or {}), TEMPLATE_GENERATION: str(number)}


def prepare_for_create(daemon_set: Object) -> None:
    """Begin its status afresh, and count its template."""
    daemon_set["status"] = {}
    show_counts(daemon_set, {})
    _set_template_generation(daemon_set, max(1, read_template_generation(daemon_set)))


def prepare_for_update(new: Object, old: Object) -> None:
    """Count another template; the count is not the client's to change."""
    read_template_generation(new)
    changed = new["spec"].get("template") != old["spec"].get("template")
    _set_template_generation(new, read_template_generation(old) + changed)


def _validate(daemon_set: Object) -> list[FieldError]:
    from minikube_py.apis.apps.daemonset_validation import validate_daemon_set

    return validate_daemon_set(daemon_set)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return _validate(new) + check_selector_kept(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.apps.daemonset_validation import validate_status_update

    return validate_status_update(new, old)


KIND = Kind(
    group="apps",
    version="v1",
    kind="DaemonSet",
    plural="daemonsets",
    singular="daemonset",
    short_names=("ds",),
    categories=("all",),
    schema="io.k8s.api.apps.v1.DaemonSet",
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Desired", read_status("desiredNumberScheduled"), type="integer"),
        Column("Current", read_status("currentNumberScheduled"), type="integer"),
        Column("Ready", read_status("numberReady"), type="integer"),
        Column("Up-to-date", read_status("updatedNumberScheduled"), type="integer"),
        Column("Available", read_status("numberAvailable"), type="integer"),
        Column("Node Selector", tell_node_selector),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    prepare_for_status_update=show_counts,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
    warnings=warn_about_pods,
)
