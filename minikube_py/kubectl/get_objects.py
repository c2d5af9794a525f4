"""get in any format but a table: the objects themselves, one alone or several as a List."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.cli_runtime.print_flags import make_flagged_get_printer
from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed

Object = dict[str, Any]


class ObjectGetter:
    """Gets what the requests ask for and prints it. `single` says that exactly one object was named."""

    def __init__(self, flags: Parsed, factory: Factory, *, single: bool) -> None:
        self._flags, self._factory, self._single = flags, factory, single
        self._errors: list[StatusError] = []
        self._printer = make_flagged_get_printer(flags)

    def run(self, requests: list[tuple[ResourceInfo, Request]], *, watching: bool) -> int:
        """Print once, then every change if watching. Return the exit code."""
        answers = list(self._send_all(requests))
        if watching:
            self._watch(requests, answers)
        else:
            self._print(answers)
        for error in self._errors:
            from minikube_py.kubectl.errors import describe_status

            self._factory.warn(describe_status(error))
        return int(bool(self._errors))

    def _send_all(self, requests: list[tuple[ResourceInfo, Request]]) -> Iterator[tuple[ResourceInfo, Object]]:
        client = self._factory.client()
        for resource, request in requests:
            try:
                answer = client.send(request).object
                while request.verb == "list" and (token := answer["metadata"].get("continue")):
                    page = client.send(request._replace(params={**request.params, "continue": token})).object
                    answer["items"] += page["items"]
                    answer["metadata"] = page["metadata"]
            except NotFound as error:
                if not self._flags["ignore-not-found"]:
                    self._errors.append(error)
                continue
            except StatusError as error:
                self._errors.append(error)
                continue
            yield resource, answer

    def _print(self, answers: list[tuple[ResourceInfo, Object]]) -> None:
        if self._single:
            for _, answer in answers:
                self._printer.print_obj(answer, self._factory.streams.stdout)
            return
        items = [item for resource, answer in answers for item in list_items(resource, answer)]
        if self._flags["sort-by"]:
            from minikube_py.cli_runtime.printers.sort import sort_objects

            items = sort_objects(items, self._flags["sort-by"])
        if self._errors and not items:
            return
        self._printer.print_obj(make_list(items), self._factory.streams.stdout)

    def _watch(self, requests: list[tuple[ResourceInfo, Request]], answers: list[tuple[ResourceInfo, Object]]) -> None:
        out = self._factory.streams.stdout
        for (resource, answer), (_, request) in zip(answers, requests, strict=False):
            if not self._flags["watch-only"]:
                for item in list_items(resource, answer):
                    self._show("ADDED", item)
            out.flush()
            params = {k: v for k, v in request.params.items() if k != "limit"}
            params["resourceVersion"] = answer["metadata"]["resourceVersion"]
            for event in self._factory.connection.transport.watch(request._replace(verb="watch", params=params)):
                self._show(event.type, event.object)
                out.flush()

    def _show(self, event_type: str, obj: Object) -> None:
        shown = {"type": event_type, "object": obj} if self._flags["output-watch-events"] else obj
        self._printer.print_obj(shown, self._factory.streams.stdout)


def list_items(resource: ResourceInfo, answer: Object) -> list[Object]:
    """Return the objects of an answer, each saying what it is."""
    if "items" not in answer:
        return [answer]
    return [{"apiVersion": resource.api_version, "kind": resource.kind, **item} for item in answer["items"]]


def make_list(items: list[Object]) -> Object:
    """Return the List that kubectl makes of several objects."""
    return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
