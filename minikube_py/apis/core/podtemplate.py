"""PodTemplate: a pod template that stands alone. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import NAME, join_images, join_names
from minikube_py.apis.kind import Column, Kind, Object


def _containers(template: Object) -> list[Object]:
    found: list[Object] = ((template.get("template") or {}).get("spec") or {}).get("containers") or []
    return found


def tell_labels(template: Object, now: float) -> str:
    """Return the POD LABELS cell."""
    from minikube_py.apimachinery.labels import format_labels

    return format_labels(((template.get("template") or {}).get("metadata") or {}).get("labels"))


def set_defaults(template: Object) -> None:
    """Fill in the template."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    set_template_defaults(template.setdefault("template", {}))


def _validate(template: Object) -> list[FieldError]:
    from minikube_py.apis.core.pod_template import validate_template

    return validate_template(template["template"], "template")


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return _validate(new)


def _warn(template: Object) -> list[str]:
    from minikube_py.apis.core.pod_warnings import warn_about_template

    return warn_about_template(template.get("template"), "template")


KIND = Kind(
    group="",
    version="v1",
    kind="PodTemplate",
    plural="podtemplates",
    singular="podtemplate",
    schema="io.k8s.api.core.v1.PodTemplate",
    status=False,
    generation=True,
    columns=(
        NAME,
        Column("Containers", lambda template, now: join_names(_containers(template))),
        Column("Images", lambda template, now: join_images(_containers(template))),
        Column("Pod Labels", tell_labels),
    ),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
)
