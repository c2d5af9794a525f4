"""The query of a request for a log."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import BadRequest, StatusError
from minikube_py.client.streams import LogRequest
from minikube_py.cmd.pod_log_options import read_log_options

NOW = 1000.0


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, LogRequest()),
        ({"container": "c", "follow": "true", "previous": "1"}, LogRequest("c", True, True)),
        ({"follow": "false", "previous": "0", "timestamps": ""}, LogRequest(timestamps=True)),
        ({"tailLines": "0", "limitBytes": "7"}, LogRequest(tail_lines=0, limit_bytes=7)),
        ({"sinceSeconds": "30"}, LogRequest(since=970.0)),
        ({"sinceTime": "1970-01-01T00:01:00Z", "pretty": "x"}, LogRequest(since=60.0)),
    ],
    ids=lambda value: "&".join(value) or "nothing" if isinstance(value, dict) else "",
)
def test_every_option_is_read(params: dict[str, str], expected: LogRequest) -> None:
    assert read_log_options("web", params, NOW) == expected


REFUSED = [
    ({"tailLines": "-1"}, 'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'),
    ({"limitBytes": "0"}, 'PodLogOptions "web" is invalid: limitBytes: Invalid value: 0: must be greater than 0'),
    ({"sinceSeconds": "0"}, 'PodLogOptions "web" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'),
    (
        {"sinceSeconds": "1", "sinceTime": "1970-01-01T00:01:00Z"},
        'PodLogOptions "web" is invalid: : Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ),
    ({"tailLines": "x"}, 'strconv.ParseInt: parsing "x": invalid syntax'),
]


@pytest.mark.parametrize("name", ["tailLines", "limitBytes", "sinceSeconds"])
def test_numbers_beyond_all_bounds(name: str) -> None:
    for text in ("9" * 5000, "-" + "9" * 5000, "1" + "0" * 30):
        with pytest.raises(BadRequest, match="value out of range"):
            read_log_options("web", {name: text}, NOW)


@pytest.mark.parametrize(("params", "message"), REFUSED, ids=lambda value: "&".join(value) if isinstance(value, dict) else "")
def test_what_makes_no_sense_is_refused(params: dict[str, str], message: str) -> None:
    with pytest.raises(StatusError) as caught:
        read_log_options("web", params, NOW)
    assert caught.value.message.replace("<nil>", "") == message
