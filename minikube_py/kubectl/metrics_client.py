"""Asks for metrics of nodes and pods, for `top`."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.client.discovery import NoSuchResource
from minikube_py.client.resources import NODE_METRICS, Resource

Object = dict[str, Any]

NOT_YET = "metrics not available yet"
SORTS = ("", "cpu", "memory")


def check_sort(flags: Parsed) -> None:
    """Refuse an unknown --sort-by. Raises CliError."""
    if flags["sort-by"] not in SORTS:
        raise CliError("--sort-by accepts only cpu or memory")


def check_labels(text: str) -> None:
    """Refuse a label selector that cannot be parsed. Raises CliError."""
    from minikube_py.apimachinery.labels import parse_selector

    try:
        parse_selector(text)
    except ValueError as error:
        raise CliError(str(error)) from None


def check_fields(text: str) -> None:
    """Refuse a field selector that cannot be parsed. Raises CliError."""
    from minikube_py.apimachinery.fields import parse_field_selector

    try:
        parse_field_selector(text)
    except ValueError as error:
        raise CliError(str(error)) from None


def require_metrics_api(factory: Factory) -> None:
    """Raise CliError where the cluster does not know what is used."""
    try:
        factory.discovery.find(f"{NODE_METRICS.plural}.{NODE_METRICS.group}")
    except NoSuchResource:
        raise CliError("Metrics API not available") from None


def get_metrics(factory: Factory, resource: Resource, namespace: str, name: str, selector: str) -> list[Object]:
    """Return the metrics of the one that is named, else of all that have the labels. Raises StatusError."""
    client = factory.client()
    if name:
        return [client.get(resource, name, namespace)]
    items: list[Object] = client.list(resource, namespace, selector)["items"]
    return items
