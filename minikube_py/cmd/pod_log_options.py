"""v1.PodLogOptions as they come in the query of a request for a log."""

from __future__ import annotations

from collections.abc import Mapping

from minikube_py.apimachinery.errors import BadRequest, FieldError, forbidden, invalid, new_invalid
from minikube_py.apiserver.list_options import read_integer
from minikube_py.client.streams import LogRequest
from minikube_py.component_base.clock import parse_rfc3339

POSITIVE = "must be greater than 0"
ONE_SINCE = "at most one of `sinceTime` or `sinceSeconds` may be specified"
NEGATIVE = "must be greater than or equal to 0"


def read_log_options(pod: str, params: Mapping[str, str], now: float) -> LogRequest:
    """Return what of a pod's log the query asks for; unknown parameters are left alone. Raises BadRequest, Invalid."""
    tail, limit, seconds = (read_number(params, name) for name in ("tailLines", "limitBytes", "sinceSeconds"))
    since = read_time(params["sinceTime"]) if params.get("sinceTime") else None
    problems: list[FieldError] = []
    if tail is not None and tail < 0:
        problems.append(invalid("tailLines", tail, NEGATIVE))
    if limit is not None and limit < 1:
        problems.append(invalid("limitBytes", limit, POSITIVE))
    if seconds is not None and since is not None:
        problems.append(forbidden("", ONE_SINCE))
    elif seconds is not None and seconds < 1:
        problems.append(invalid("sinceSeconds", seconds, POSITIVE))
    if problems:
        raise new_invalid("", "PodLogOptions", pod, problems)
    if seconds is not None:
        since = now - seconds
    follow, previous, timestamps = (read_switch(params, name) for name in ("follow", "previous", "timestamps"))
    return LogRequest(params.get("container", ""), follow, previous, tail, since, timestamps, limit)


def read_switch(params: Mapping[str, str], name: str) -> bool:
    """Return whether a parameter is there and neither `false` nor `0`."""
    return name in params and params[name].lower() not in ("false", "0")


def read_number(params: Mapping[str, str], name: str) -> int | None:
    """Return a parameter's number, None where it is not there. Raises BadRequest."""
    return read_integer(params, name) if name in params else None


def read_time(text: str) -> float:
    """Return the seconds of an RFC 3339 time. Raises BadRequest."""
    try:
        return parse_rfc3339(text)
    except ValueError:
        layout = "2006-01-02T15:04:05Z07:00"
        raise BadRequest(f'parsing time "{text}" as "{layout}": cannot parse "{text}" as "2006"') from None
