"""events: what happened in a namespace, or to one object, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from minikube_py.apimachinery.duration import human_duration
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.managed_fields import Printer
from minikube_py.cli_runtime.printers.table import escape_terminal
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_struct_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.discovery import NoSuchResource
from minikube_py.client.request import Request
from minikube_py.client.resources import EVENTS
from minikube_py.component_base.clock import parse_rfc3339

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # what happened in this namespace, and in all
  mk events
  mk events -A

  # to one pod, and what comes
  mk events --for=pod/web --watch

  # only what went wrong
  mk events --types=Warning
"""

FLAGS = (
    *RESULT_FLAGS,
    flag("all-namespaces", "A", False, "Of every namespace"),
    flag("chunk-size", default=500, help="Ask for this many at a time; 0 for all at once"),
    flag("for", help="Only what happened to this object, TYPE/NAME"),
    flag("no-headers", default=False, help="Leave out the heading line"),
    flag("types", kind="slice", help="Only events of these types: Normal, Warning"),
    flag("watch", "w", False, "Go on with what happens"),
)

TYPES = ("normal", "warning")
UNKNOWN = "<unknown>"


class Options(NamedTuple):
    """Which events. `namespace` is "" for all; `printer` is None for the table."""

    flags: Parsed
    namespace: str
    field_selector: str
    types: frozenset[str]
    printer: Printer | None


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options. Raises CliError."""
    fields = make_field_selector(flags["for"], factory) if flags["for"] else ""
    types = frozenset(text.lower() for text in flags["types"])
    printer = make_struct_printer(flags, "events") if flags["output"] else None
    return Options(flags, "" if flags["all-namespaces"] else factory.namespace, fields, types, printer)


def make_field_selector(text: str, factory: Factory) -> str:
    """Return the selector of events about `TYPE/NAME`. Raises CliError."""
    kind, slash, name = text.partition("/")
    if not slash:
        raise CliError("--for must be in resource/name form")
    if "/" in name:
        raise CliError("arguments in resource/name form may not have more than one slash")
    try:
        resource = factory.discovery.find(kind)
    except NoSuchResource as error:
        raise CliError(str(error), prefix="") from error
    wanted = {
        "involvedObject.kind": resource.kind,
        "involvedObject.apiVersion": resource.api_version,
        "involvedObject.name": name,
    }
    return ",".join(f"{key}={value}" for key, value in wanted.items())


def validate(options: Options) -> None:
    """Refuse types that no event has."""
    if not options.types.issubset(TYPES):
        raise CliError("valid --types are Normal or Warning")


def run(flags: Parsed, factory: Factory) -> int:
    """Show the events, then those that come if asked to."""
    options = complete(flags, factory)
    validate(options)
    events, version = list_events(options, factory)
    out = factory.streams.stdout
    table = EventTable(factory, out, headings=not flags["no-headers"], namespaces=flags["all-namespaces"])
    printer: Printer = options.printer or table
    if flags["watch"]:
        watch(options, factory, printer, events, version)
    elif events:
        events.sort(key=event_time)
        printer.print_obj({"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": events}, out)
    else:
        factory.warn("No events found." if not options.namespace else f"No events found in {options.namespace} namespace.")
    return 0


def list_events(options: Options, factory: Factory) -> tuple[list[Object], str]:
    """Return the wanted events and the revision they are of."""
    params = {"fieldSelector": options.field_selector, "limit": str(options.flags["chunk-size"] or "")}
    params = {key: value for key, value in params.items() if value}
    client, found = factory.client(), []
    while True:
        page = client.send(Request("list", "", "v1", EVENTS.plural, options.namespace, params=params)).object
        found += page["items"]
        if not (token := page["metadata"].get("continue")):
            break
        params = {**params, "continue": token}
    events = [{"kind": "Event", "apiVersion": "v1", **e} for e in found if is_wanted(e, options)]
    return events, page["metadata"]["resourceVersion"]


def is_wanted(event: Object, options: Options) -> bool:
    """Return whether an event is of a wanted type."""
    return not options.types or str(event.get("type", "")).lower() in options.types


def watch(options: Options, factory: Factory, printer: Printer, events: list[Object], version: str) -> None:
    """Show the events there are and then those that come; that old ones are cleared away is not told."""
    out = factory.streams.stdout
    for event in events:
        printer.print_obj(event, out)
    out.flush()
    client, fields = factory.client(), options.field_selector
    for change in client.watch(EVENTS, options.namespace, resourceVersion=version, fieldSelector=fields):
        if change.type in ("ADDED", "MODIFIED") and is_wanted(change.object, options):
            printer.print_obj(change.object, out)
            out.flush()


def event_time(event: Object) -> float:
    """Return when an event was last seen, in seconds; 0 where it does not say."""
    series = event.get("series")
    stamp = series.get("lastObservedTime") if series else event.get("lastTimestamp") or event.get("eventTime")
    return parse_rfc3339(stamp) if stamp else 0.0


class EventTable:
    """Prints events as a table, with its headings once."""

    def __init__(self, factory: Factory, out: TextIO, *, headings: bool, namespaces: bool) -> None:
        self._clock, self._writer = factory.cluster_clock, new_table_writer(out)
        self._headings, self._namespaces = headings, namespaces

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print an event, or all of a list."""
        if self._headings:
            self._headings = False
            self._write_row("NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
        for event in obj.get("items", [obj]):
            self._print_event(event)
        self._writer.flush()

    def _print_event(self, event: Object) -> None:
        about = event.get("involvedObject") or {}
        texts = (event.get("type", ""), event.get("reason", ""), f"{about.get('kind', '')}/{about.get('name', '')}")
        cells = [escape_terminal(text) for text in (*texts, (event.get("message") or "").strip())]
        self._write_row(event["metadata"].get("namespace", ""), self._tell_seen(event), *cells)

    def _write_row(self, namespace: str, *cells: str) -> None:
        self._writer.write("\t".join((namespace, *cells) if self._namespaces else cells) + "\n")

    def _tell_seen(self, event: Object) -> str:
        """Return when it was last seen; of a repeated one also how often, over what time."""
        first = self._tell_since(event.get("eventTime") or event.get("firstTimestamp"))
        if series := event.get("series"):
            return f"{self._tell_since(series.get('lastObservedTime'))} (x{series.get('count', 0)} over {first})"
        if (event.get("count") or 0) > 1:
            return f"{self._tell_since(event.get('lastTimestamp'))} (x{event['count']} over {first})"
        return first

    def _tell_since(self, stamp: str | None) -> str:
        return human_duration(self._clock.now() - parse_rfc3339(stamp)) if stamp else UNKNOWN


VERB = Verb(
    "events",
    "Show what happened",
    run,
    FLAGS,
    "[(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] "
    "[--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
    "Shows what components told of objects, oldest first.",
    EXAMPLES,
    shows="table",
)
