"""ValidatingWebhookConfiguration: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"""

from __future__ import annotations

from minikube_py.apis.admissionregistration import webhooks
from minikube_py.apis.kind import Kind

KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingWebhookConfiguration",
    plural="validatingwebhookconfigurations",
    singular="validatingwebhookconfiguration",
    schema="io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
    unconditional_update=False,
    categories=("api-extensions",),
    namespaced=False,
    status=False,
    generation=True,
    columns=webhooks.COLUMNS,
    set_defaults=webhooks.set_defaults,
    prepare_for_create=webhooks.prepare_for_create,
    validate=webhooks.validate,
    validate_update=lambda new, old: webhooks.validate(new),
)
