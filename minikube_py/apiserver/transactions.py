"""A write in one transaction, tried again after webhooks were asked, or undone where only its outcome was asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.translate import MODIFIED
from minikube_py.apiserver.write_options import check_write_options
from minikube_py.client.request import Request, Response

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
WEBHOOK_ATTEMPTS = 6  # webhooks are asked again where the object has changed meanwhile


class WebhooksNotAsked(Exception):
    """A write that webhooks have a say in, and that was tried without them. The transaction ends before they are asked."""


class DryRun(Exception):
    """Undoes a transaction whose outcome was only asked for."""


def run_write(server: ApiServer, request: Request, write: Callable[[], Response]) -> Response:
    """Do a write in a transaction, or as if: with dryRun=All everything happens and nothing is kept."""
    dry_run = request.params.get("dryRun")
    if dry_run not in (None, "", "All"):
        check_write_options(request, request.content_type)
    try:
        for _ in range(WEBHOOK_ATTEMPTS):
            try:
                return _write_once(server, write, bool(dry_run))
            except WebhooksNotAsked:  # the lock is given back while they are
                from minikube_py.apiserver.webhooks.rehearsal import rehearse

                rehearse(server, write)
    finally:
        server.heard = None
    raise errors.new_conflict(request.group, request.resource, request.name, MODIFIED)


def _write_once(server: ApiServer, write: Callable[[], Response], dry_run: bool) -> Response:
    answer: list[Response] = []
    try:
        server.is_writing = True
        with suppress(DryRun), server.store.transaction():
            answer.append(write())
            if dry_run:
                raise DryRun
    finally:
        server.is_writing = False
    return answer[0]


def take_in_turn(decode: Callable[[], tuple[Object, tuple[str, ...]]]) -> Callable[[], tuple[Object, tuple[str, ...]]]:
    """Decode a body now; the function returned gives that, and a fresh copy each further time: a write may have to be tried again."""
    decoded = [decode()]
    return lambda: decoded.pop() if decoded else decode()
