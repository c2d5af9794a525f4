"""Rules for spec.conversion of a CustomResourceDefinition."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, forbidden, not_supported, required
from minikube_py.apis.admissionregistration.webhook_clients import validate_client, validate_review_versions
from minikube_py.apis.kind import Object

STRATEGIES = ("None", "Webhook")


def validate_conversion(conversion: Object | None, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with it."""
    if conversion is None:
        return
    strategy, webhook = conversion.get("strategy") or "", conversion.get("webhook") or {}
    client, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    if not strategy:
        yield required(f"{path}.strategy")
    elif strategy not in STRATEGIES:
        yield not_supported(f"{path}.strategy", strategy, STRATEGIES)
    if strategy != "Webhook":
        why = "should not be set when strategy is not set to Webhook"
        if client is not None:
            yield forbidden(f"{path}.webhookClientConfig", why)
        if versions:
            yield forbidden(f"{path}.conversionReviewVersions", why)
        return
    where = f"{path}.webhookClientConfig"
    if client is None:
        yield required(where, "required when strategy is set to Webhook")
    else:
        yield from validate_client(client, where)
    yield from validate_review_versions(versions, f"{path}.conversionReviewVersions")
