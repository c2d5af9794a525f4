"""Rules for how a webhook is reached. Upstream: k8s.io/apiserver/pkg/util/webhook/validation.go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_dns1035_label, is_dns1123_subdomain

REVIEW_VERSIONS = ("v1", "v1beta1")
_FORM = "; desired format: https://host[/path]"


def validate_client(client: dict[str, Any], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a clientConfig: it has a url or a service."""
    if (client.get("url") is None) == (client.get("service") is None):
        yield required(path, "exactly one of url or service is required")
    elif client.get("url") is not None:
        yield from validate_url(f"{path}.url", client["url"])
    else:
        yield from validate_service(f"{path}.service", client["service"])


def validate_url(path: str, url: str) -> Iterator[FieldError]:
    """Yield what is wrong with a webhook's URL."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        yield required(path, f"url must be a valid URL: {error}{_FORM}")
        return
    if parts.scheme != "https":
        yield invalid(path, parts.scheme, "'https' is the only allowed URL scheme" + _FORM)
    if not parts.netloc:
        yield invalid(path, parts.netloc, "host must be specified" + _FORM)
    if parts.username is not None:
        yield invalid(path, parts.netloc.rpartition("@")[0], "user information is not permitted in the URL")
    if parts.fragment:
        yield invalid(path, parts.fragment, "fragments are not permitted in the URL")
    if parts.query:
        yield invalid(path, parts.query, "query parameters are not permitted in the URL")


def validate_service(path: str, service: dict[str, Any]) -> Iterator[FieldError]:
    """Yield what is wrong with a reference to a webhook's Service."""
    if not service.get("name"):
        yield required(f"{path}.name", "service name is required")
    if not service.get("namespace"):
        yield required(f"{path}.namespace", "service namespace is required")
    port = service.get("port")
    if port is not None and not 1 <= port <= 65535:
        yield invalid(f"{path}.port", port, "port is not valid: must be between 1 and 65535, inclusive")
    yield from _check_path(f"{path}.path", service.get("path"))


def _check_path(path: str, url_path: str | None) -> Iterator[FieldError]:
    if not url_path or url_path == "/":
        return
    if "//" in url_path:
        yield invalid(path, url_path, "segment[0] may not be empty")
        return
    if not url_path.startswith("/"):
        yield invalid(path, url_path, "must start with a '/'")
    for number, step in enumerate(url_path.removesuffix("/").split("/")[1:]):
        yield from (invalid(path, url_path, f"segment[{number}]: {why}") for why in is_dns1123_subdomain(step))


def validate_review_versions(versions: list[str], path: str, why_required: str = "") -> Iterator[FieldError]:
    """Yield what is wrong with the versions of reviews that a webhook reads: one that the API server sends must be among them."""
    if not versions:
        yield required(path, why_required)
        return
    for number, version in enumerate(versions):
        if version in versions[:number]:
            yield invalid(f"{path}[{number}]", version, "duplicate version")
            continue
        yield from (invalid(f"{path}[{number}]", version, why) for why in is_dns1035_label(version))
    if not set(versions) & set(REVIEW_VERSIONS):
        yield invalid_go(path, format_go_strings(versions), f"must include at least one of {', '.join(REVIEW_VERSIONS)}")
