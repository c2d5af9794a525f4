"""The addresses behind a service, from its endpoint slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.client.resources import ENDPOINT_SLICES
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.metadata import NONE

Object = dict[str, Any]

SERVICE_LABEL = "kubernetes.io/service-name"
SHOWN = 3


def find_slices(service: str, namespace: str, context: Context) -> list[Object]:
    """Return the endpoint slices of a service; none where they cannot be had."""
    return context.find(ENDPOINT_SLICES, namespace, label_selector=f"{SERVICE_LABEL}={service}")


def format_addresses(slices: list[Object], port_name: str) -> str:
    """Return the addresses that are ready, for the port of that name: three of them, and how many more there are.

    As kubectl does, `+ 0 more...` is told where only addresses that are not ready follow the third.
    """
    if not slices:
        return NONE
    shown: list[str] = []
    ready_count, more = 0, False
    for address, ready in _list_addresses(slices, port_name):
        more = more or len(shown) == SHOWN
        if not ready:
            continue
        ready_count += 1
        if not more:
            shown.append(address)
    text = ",".join(shown)
    return f"{text} + {ready_count - SHOWN} more..." if more else text


def _list_addresses(slices: list[Object], port_name: str) -> Iterator[tuple[str, bool]]:
    """Yield addresses and whether each is ready. Slices without ports, those of headless services, have bare addresses."""
    for endpoint_slice in slices:
        ports = endpoint_slice.get("ports")
        for port in ports or (None,):
            if port is not None and (port.get("name") or "") != port_name:
                continue
            for endpoint in endpoint_slice.get("endpoints") or ():
                address = endpoint["addresses"][0]
                ready = (endpoint.get("conditions") or {}).get("ready")
                yield address if port is None else _join(address, port.get("port", 0)), ready is None or ready


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
