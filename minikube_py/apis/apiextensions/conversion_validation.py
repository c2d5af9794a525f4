"""Rules for spec.conversion of a CustomResourceDefinition."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_dns1035_label
from minikube_py.apis.admissionregistration.webhook_clients import validate_service, validate_url
from minikube_py.apis.kind import Object

STRATEGIES = ("None", "Webhook")
REVIEW_VERSIONS = ("v1", "v1beta1")


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
    elif (client.get("url") is None) == (client.get("service") is None):
        yield required(where, "exactly one of url or service is required")
    elif client.get("url") is not None:
        yield from validate_url(f"{where}.url", client["url"])
    else:
        yield from validate_service(f"{where}.service", client["service"])
    yield from _check_versions(versions, f"{path}.conversionReviewVersions")


def _check_versions(versions: list[str], path: str) -> Iterator[FieldError]:
    if not versions:
        yield required(path)
        return
    for number, version in enumerate(versions):
        if version in versions[:number]:
            yield invalid(f"{path}[{number}]", version, "duplicate version")
            continue
        yield from (invalid(f"{path}[{number}]", version, why) for why in is_dns1035_label(version))
    if not set(versions) & set(REVIEW_VERSIONS):
        yield invalid_go(path, format_go_strings(versions), f"must include at least one of {', '.join(REVIEW_VERSIONS)}")
