"""Query parameters of a request for a log."""

from __future__ import annotations

from collections.abc import Mapping

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.client.streams import LogRequest
from minikube_py.component_base.clock import parse_rfc3339


def parse_log_request(params: Mapping[str, str], now: float) -> LogRequest:
    """Return what the query parameters of v1.PodLogOptions ask for. Raises BadRequest."""
    numbers: dict[str, int | None] = {}
    for name in ("tailLines", "limitBytes", "sinceSeconds"):
        text = params.get(name)
        if text and not text.isdecimal():
            raise BadRequest(f'invalid value "{text}" of the parameter {name}')
        numbers[name] = int(text) if text else None
    since = now - numbers["sinceSeconds"] if numbers["sinceSeconds"] is not None else None
    if text := params.get("sinceTime"):
        since = _parse_time(text)
    flags = {name: params.get(name) in ("true", "1") for name in ("follow", "previous", "timestamps")}
    bounds = (numbers["tailLines"], since, flags["timestamps"], numbers["limitBytes"])
    return LogRequest(params.get("container", ""), flags["follow"], flags["previous"], *bounds)


def _parse_time(text: str) -> float:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise BadRequest(f'invalid value "{text}" of the parameter sinceTime: {error}') from error
