"""How the API server is: /healthz, /livez and /readyz, with a line for each check where that is asked for.

https://kubernetes.io/docs/reference/using-api/health-checks/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from minikube_py.client.http_message import PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer
from minikube_py.storage.interface import StorageError

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Check = Callable[["ApiServer"], None]


def _pass(server: ApiServer) -> None:
    """Whoever asks this gets an answer: that is all it says."""


def _read_state(server: ApiServer) -> None:
    server.store.current_revision()


ALWAYS: tuple[tuple[str, Check], ...] = (("ping", _pass), ("log", _pass), ("etcd", _read_state))
CHECKS = {"healthz": ALWAYS, "livez": ALWAYS, "readyz": (*ALWAYS, ("etcd-readiness", _read_state), ("shutdown", _pass))}


def answer_health(server: ApiServer, message: HttpRequest) -> HttpAnswer | None:
    """Answer a path of health, whatever the method, None for any other path. The last part of a path may name one check."""
    url = urlsplit(message.target)
    name, *rest = url.path.strip("/").split("/")
    if name not in CHECKS:
        return None
    if rest:
        return _answer_one(server, dict(CHECKS[name]).get("/".join(rest)))
    query = parse_qs(url.query, keep_blank_values=True)
    left_out = set(query.get("exclude", ()))
    lines, passed = [], True
    for check_name, check in CHECKS[name]:
        if check_name in left_out:
            left_out.discard(check_name)
            lines.append(f"[+]{check_name} excluded: ok")
        elif _try(server, check):
            lines.append(f"[-]{check_name} failed: reason withheld")
            passed = False
        else:
            lines.append(f"[+]{check_name} ok")
    if left_out:
        unknown = ", ".join(f'"{text}"' for text in sorted(left_out))
        lines.append(f"warn: some health checks cannot be excluded: no matches for {unknown}")
    lines.append(f"{name} check {'passed' if passed else 'failed'}\n")
    text = "ok" if passed and "verbose" not in query else "\n".join(lines)
    return make_answer(200 if passed else 500, PLAIN_TEXT, text.encode())


def _answer_one(server: ApiServer, check: Check | None) -> HttpAnswer:
    if check is None:
        return make_answer(404, PLAIN_TEXT, b"404 page not found\n")
    if why := _try(server, check):
        return make_answer(500, PLAIN_TEXT, f"internal server error: {why}\n".encode())
    return make_answer(200, PLAIN_TEXT, b"ok")


def _try(server: ApiServer, check: Check) -> str:
    """Return what is wrong, "" where nothing is."""
    try:
        check(server)
    except StorageError as error:
        return str(error) or "storage failed"
    return ""
