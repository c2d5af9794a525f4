"""The probes of a container, one a line."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

HOST_MARKS = "!$&'()*+,;=:[]<>\""
"""What stands in a URL's host as it is, besides letters, digits and `-._~`."""


def write_probes(container: Object, writer: Writer) -> None:
    """Write the probes that a container has."""
    for title in ("Liveness", "Readiness", "Startup"):
        probe = container.get(f"{title.lower()}Probe")
        if probe is not None:
            writer.field(2, title, format_probe(probe))


def format_probe(probe: Object) -> str:
    """Return what a probe does and how often: `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3`."""
    return (
        f"{_format_action(probe)} delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)} #failure={probe.get('failureThreshold', 0)}"
    )


def _format_action(probe: Object) -> str:
    if (action := probe.get("exec")) is not None:
        return f"exec [{' '.join(action.get('command') or ())}]"
    if (action := probe.get("httpGet")) is not None:
        return f"http-get {_format_url(action)}"
    if (action := probe.get("tcpSocket")) is not None:
        return f"tcp-socket {action.get('host') or ''}:{action.get('port', 0)}"
    if (action := probe.get("grpc")) is not None:
        return f"grpc <pod>:{action.get('port', 0)} {action.get('service') or ''}"
    return "unknown"


def _format_url(action: Object) -> str:
    """Return a URL as Go's net/url writes it."""
    scheme, host, path = (action.get(name) or "" for name in ("scheme", "host", "path"))
    if ":" in host:
        host = f"[{host}]"
    path = path if path == "*" else quote(path, safe="$&+,/:;=@")
    slash = "/" if path and not path.startswith("/") else ""
    place = quote(f"{host}:{action.get('port', 0)}", safe=HOST_MARKS)
    return f"{scheme.lower()}{':' if scheme else ''}//{place}{slash}{path}"
