"""get --watch: what is there now, then every change, in any format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.resource_builder import MISSING_RESOURCE, has_files
from minikube_py.kubectl.get_query import Found, Query, Reader, Source

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed
    from minikube_py.cli_runtime.printers.managed_fields import Printer
    from minikube_py.client.discovery import ResourceInfo
    from minikube_py.client.request import Request, WatchEvent

Object = dict[str, Any]

TOO_MANY = "watch is only supported on individual resources and resource collections"


def watch(flags: Parsed, factory: Factory, query: Query, make_printer: Callable[[ResourceInfo], Printer]) -> int:
    """Show the objects of one source, then its changes until --request-timeout. Raises what cannot be read or shown."""
    found, errors = Reader(factory, ignore_not_found=False).read(query)
    if errors:
        raise errors[0]
    if not found:
        raise CliError(MISSING_RESOURCE)
    if len({resource for resource, _ in found}) > 1:
        raise CliError(f"{TOO_MANY} - more than 1 resource was found")
    watcher = Watcher(flags, factory, make_printer(found[0].resource))
    if not flags["watch-only"]:
        for obj in _list_objects(found):
            watcher.show_now(obj)
        watcher.flush()
    if len(query.sources) != 1:
        several = f"{TOO_MANY} - {len(query.sources)} resources were found"
        raise CliError(
            several
            if has_files(flags) and query.single
            else "you may only watch a single resource or type of resource at a time"
        )
    source = query.sources[0]
    assert isinstance(source, Source)
    watcher.follow(make_watch_request(source, found[-1].object))
    return 0


def _list_objects(found: list[Found]) -> Iterator[Object]:
    for resource, answer in found:
        if isinstance(answer.get("items"), list):
            yield from ({"apiVersion": resource.api_version, "kind": resource.kind, **item} for item in answer["items"])
        else:
            yield answer


def make_watch_request(source: Source, answer: Object) -> Request:
    """Return the request for what happens to a source's objects after `answer`.

    A single object's own version may be long forgotten: it is watched from "0", which tells its present state once more.
    """
    params = {key: value for key, value in source.request.params.items() if key != "limit"}
    params["resourceVersion"] = "0" if source.request.name else answer["metadata"].get("resourceVersion", "")
    return source.request._replace(verb="watch", params=params)


class Watcher:
    """Prints objects and events through one table writer, which remembers the columns' widths."""

    def __init__(self, flags: Parsed, factory: Factory, printer: Printer) -> None:
        self._factory, self._printer = factory, printer
        self._with_events: bool = flags["output-watch-events"]
        self._writer = new_table_writer(factory.streams.stdout)
        self._out: Any = self._writer if _prints_tables(flags) else factory.streams.stdout

    def show_now(self, obj: Object) -> None:
        """Print an object of the present state."""
        self._print("ADDED", obj, "unable to output the provided object: ")

    def follow(self, request: Request) -> None:
        """Print what happens until the request's time is over."""
        events = self._events(request)
        if request.params["resourceVersion"] == "0":
            next(events, None)  # the present state, which was shown
        for event in events:
            self._print(event.type, event.object)
            self.flush()

    def _events(self, request: Request) -> Iterator[WatchEvent]:
        from minikube_py.client.request import check_path

        check_path(request)
        return self._factory.connection.transport.watch(request, self._factory.request_timeout)

    def flush(self) -> None:
        """Let everything be seen."""
        self._writer.flush()
        self._factory.streams.stdout.flush()

    def _print(self, event_type: str, obj: Object, failure: str = "") -> None:
        shown = {"type": event_type, "object": obj} if self._with_events else obj
        try:
            self._printer.print_obj(shown, self._out)
        except CliError as error:
            raise CliError(failure + error.message) from error


def _prints_tables(flags: Parsed) -> bool:
    return flags["output"] in ("", "wide") and not flags["template"]
