"""get: shows objects as a table or in any other format, once or as they change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.print_flags import PRINT_FLAGS
from minikube_py.cli_runtime.printers.table import PrintOptions, TablePrinter
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Selection, has_files, load_files, namespace_for, select
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # the pods of this namespace, then of all of them with their nodes
  mk get pods
  mk get pods -A -o wide

  # one object as YAML, and one field of it
  mk get deployment web -o yaml
  mk get pod web -o jsonpath='{.status.podIP}'

  # what has the label app=web, as it changes
  mk get pods -l app=web --watch
"""

FLAGS = (
    *PRINT_FLAGS,
    *FILENAME_FLAGS,
    flag("all-namespaces", "A", False, "Look in every namespace"),
    flag("selector", "l", help="Only what has these labels: a=b, a!=b, a in (b,c), a, !a"),
    flag("field-selector", help="Only what has these fields: status.phase=Running"),
    flag("label-columns", "L", kind="slice", help="Show these labels as columns"),
    flag("show-labels", default=False, help="Show all labels in a last column"),
    flag("show-kind", default=False, help="Show the type before each name"),
    flag("no-headers", default=False, help="Leave out the heading line"),
    flag("sort-by", help="Sort by this JSONPath of the objects"),
    flag("ignore-not-found", default=False, help="Exit 0 where a named object is not there"),
    flag("watch", "w", False, "Go on with every change"),
    flag("watch-only", default=False, help="Only changes, without the present state"),
    flag("output-watch-events", default=False, help="Tell what happened with each change"),
    flag("chunk-size", default=500, help="Ask for this many at a time; 0 for all at once"),
    flag("server-print", default=True, help="Let the server make the table"),
    flag("subresource", help="Show this subresource: status, scale or resize"),
    flag("raw", help="Show what this path of the API answers"),
)


class Options(NamedTuple):
    """What to show, and how."""

    selection: Selection
    flags: Parsed
    output: str
    namespace: str  # "" for all
    watching: bool


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    namespace = "" if flags["all-namespaces"] else factory.namespace
    watching = flags["watch"] or flags["watch-only"]
    if not flags.args and not has_files(flags):
        raise CliError(NO_RESOURCE, prefix="")
    return Options(select(factory, flags.args), flags, flags["output"], namespace, watching)


NO_RESOURCE = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n'
    "error: Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\n'
    "See 'kubectl get -h' for help and examples"
)


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    flags, selection = options.flags, options.selection
    if flags["show-labels"] and options.output not in ("", "wide"):
        raise CliError("--show-labels option cannot be used with " + options.output + " printer")
    if flags["output-watch-events"] and not options.watching:
        raise CliError("--output-watch-events option can only be used with --watch or --watch-only")
    if (selection.names or selection.pairs) and (flags["all-namespaces"] or flags["selector"]):
        if flags["all-namespaces"]:
            raise CliError("a resource cannot be retrieved by name across all namespaces")
        raise CliError(
            "selectors and the all flag cannot be used when passing resource/name arguments"
            if selection.pairs
            else "name cannot be provided when a selector is specified"
        )
    if options.watching and len(selection.types) > 1:
        raise CliError("you may only specify a single resource type")


def run(flags: Parsed, factory: Factory) -> int:
    """Show what was asked for. Exit code 1 if any named object is not there."""
    if flags["raw"]:
        raise UsageError("--raw needs a cluster that is reached over https")
    options = complete(flags, factory)
    validate(options)
    if options.output in ("", "wide"):
        return Tables(options, factory).run()
    from minikube_py.kubectl.get_objects import ObjectGetter

    getter = ObjectGetter(flags, factory, single=options.selection.is_single)
    return getter.run(list(list_requests(options, factory)), watching=options.watching)


def list_requests(options: Options, factory: Factory) -> Iterator[tuple[ResourceInfo, Request]]:
    """Yield a request for each thing asked for: a get where it is named, else a list."""
    flags = options.flags
    selection = options.selection
    pairs = list(selection.pairs) or [(t, name) for t in selection.types for name in selection.names]
    if has_files(flags):
        for info in load_files(factory, flags):
            yield info.resource, _request(info.resource, "get", info.namespace, info.name, flags)
    elif pairs:
        for resource, name in pairs:
            yield resource, _request(resource, "get", namespace_for(factory, resource), name, flags)
    else:
        for resource in selection.types:
            namespace = options.namespace if resource.namespaced else ""
            yield resource, _request(resource, "list", namespace, "", flags)


def _request(resource: ResourceInfo, verb: str, namespace: str, name: str, flags: Parsed) -> Request:
    params = {"labelSelector": flags["selector"], "fieldSelector": flags["field-selector"]} if verb == "list" else {}
    if verb == "list" and flags["chunk-size"] and not flags["sort-by"]:
        params["limit"] = str(flags["chunk-size"])
    params = {key: value for key, value in params.items() if value}
    return Request(verb, resource.group, resource.version, resource.plural, namespace, name, flags["subresource"], params)


class Tables:
    """Shows tables: one a resource type, as the server made them."""

    def __init__(self, options: Options, factory: Factory) -> None:
        self.options, self.factory, self.flags = options, factory, options.flags
        self.failed = False
        self.shown = 0

    def run(self) -> int:
        """Print every table, then watch if asked. Return the exit code."""
        tables = list(self._read_all())
        with_kind = (
            self.flags["show-kind"] or len({r.qualified for r, _, _ in tables}) > 1 or len(self.options.selection.types) > 1
        )
        if not self.flags["watch-only"]:
            self._print_all(tables, with_kind)
        if self.options.watching and tables and not self.failed:
            self._watch(*tables[0])
        return int(self.failed)

    def _read_all(self) -> Iterator[tuple[ResourceInfo, Request, Object]]:
        transport = self.factory.client()
        params = {"includeObject": "Object"} if self.flags["sort-by"] else {}
        for resource, request in list_requests(self.options, self.factory):
            request = request._replace(table=True, params={**request.params, **params})
            try:
                table = transport.send(request).object
                while token := table["metadata"].get("continue"):
                    page = transport.send(request._replace(params={**request.params, "continue": token})).object
                    table["rows"] += page["rows"]
                    table["metadata"] = page["metadata"]
            except NotFound as error:
                if not self.flags["ignore-not-found"]:
                    self._fail(error)
                continue
            except StatusError as error:
                self._fail(error)
                continue
            yield resource, request, table

    def _fail(self, error: StatusError) -> None:
        from minikube_py.kubectl.errors import describe_status

        self.failed = True
        self.factory.warn(describe_status(error))

    def _print_all(self, tables: list[tuple[ResourceInfo, Request, Object]], with_kind: bool) -> None:
        merged = _merge(tables)
        for resource, _, table in merged:
            if not table["rows"]:
                continue
            if self.shown:
                self.factory.write("\n")
            self.shown += 1
            if self.flags["sort-by"]:
                from minikube_py.cli_runtime.printers.sort import sort_rows

                table["rows"] = sort_rows(table["rows"], self.flags["sort-by"])
            self._printer(resource, with_kind).print_obj(table, self.factory.streams.stdout)
        if not self.shown and not self.failed and not self.flags["ignore-not-found"] and tables:
            self.factory.warn(self._nothing_found(tables))

    def _nothing_found(self, tables: list[tuple[ResourceInfo, Request, Object]]) -> str:
        if self.options.namespace and any(r.namespaced for r, _, _ in tables):
            return f"No resources found in {self.options.namespace} namespace."
        return "No resources found"

    def _printer(self, resource: ResourceInfo, with_kind: bool, *, no_headers: bool = False) -> TablePrinter:
        flags = self.flags
        return TablePrinter(
            PrintOptions(
                no_headers=flags["no-headers"] or no_headers,
                wide=self.options.output == "wide",
                with_namespace=flags["all-namespaces"] and resource.namespaced,
                with_kind=with_kind,
                kind=resource.qualified_kind if with_kind else "",
                show_labels=flags["show-labels"],
                column_labels=tuple(flags["label-columns"]),
            )
        )

    def _watch(self, resource: ResourceInfo, request: Request, table: Object) -> None:
        params = {**request.params, "resourceVersion": table["metadata"]["resourceVersion"]}
        params.pop("limit", None)
        request = request._replace(verb="watch", params=params)
        printer = self._printer(resource, self.flags["show-kind"], no_headers=bool(self.shown))
        out = new_table_writer(self.factory.streams.stdout)  # one for all: it remembers the columns' widths
        for event in self.factory.connection.transport.watch(request):
            shown = {"type": event.type, "object": event.object} if self.flags["output-watch-events"] else event.object
            printer.print_obj(shown, out)
            out.flush()
            self.factory.streams.stdout.flush()


def _merge(tables: list[tuple[ResourceInfo, Request, Object]]) -> list[tuple[ResourceInfo, Request, Object]]:
    """Put rows of one type, which names asked for one by one, into one table."""
    merged: list[tuple[ResourceInfo, Request, Object]] = []
    for resource, request, table in tables:
        if merged and merged[-1][0] == resource:
            merged[-1][2]["rows"] += table["rows"]
        else:
            merged.append((resource, request, table))
    return merged


VERB = Verb(
    "get",
    "Display one or many resources",
    run,
    FLAGS,
    "[(-o|--output=)FORMAT] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE/NAME ...) [flags]",
    "Prints a table of the most important facts about objects, or the objects themselves in the format that -o names.",
    EXAMPLES,
)
