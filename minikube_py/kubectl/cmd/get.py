"""get: shows objects as a table or in any other format, once or as they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.print_flags import PRINT_FLAGS
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, has_files
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.get_query import Query, Reader, make_query, raise_errors
from minikube_py.kubectl.get_tables import Tables

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer
    from minikube_py.client.discovery import ResourceInfo

EXAMPLES = """
  # the pods of this namespace, then of all of them with their nodes
  mk get pods
  mk get pods -A -o wide

  # one object as YAML, and one field of it
  mk get deployment web -o yaml
  mk get pod web -o jsonpath='{.status.podIP}'

  # one object as somebody would have written it, and a password in plain text
  mk get deployment web -o neat
  mk get secret db -o jsonpath='{.data.password}' --decode

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
    flag("decode", default=False, help="Show the text of Secrets instead of base64"),
)


EVENTS = (["events"], ["event"], ["ev"])


class Options(NamedTuple):
    """What to show, and how."""

    flags: Parsed
    output: str
    for_people: bool  # a table, not a format for programs
    server_print: bool
    watching: bool


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    output: str = flags["output"]
    watching = flags["watch"] or flags["watch-only"]
    if flags["raw"]:
        if flags.args:
            raise CliError("arguments may not be passed when --raw is specified")
    elif not watching and not flags.args and not has_files(flags):
        raise CliError(NO_RESOURCE, prefix="")
    elif watching and flags["sort-by"]:
        ignored = "--sort-by will be ignored"
        factory.warn(
            f"warning: --watch requested, {ignored} for watch events received"
            if flags["watch"]
            else f"warning: --watch-only requested, {ignored}"
        )
    if not (watching or flags["sort-by"] or output) and flags.args[:1] in EVENTS and factory.streams.stdout.isatty():
        flags.values["sort-by"] = ".lastTimestamp"  # on a terminal only: a pipe gets them in kubectl's order
    for_people = output == "wide" or not (output or flags["template"])
    return Options(flags, output, for_people, for_people and flags["server-print"], watching)


NO_RESOURCE = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n'
    "error: Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\n'
    "See 'kubectl get -h' for help and examples"
)


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    flags, output = options.flags, options.output
    if path := flags["raw"]:
        from minikube_py.cli_runtime.raw_requests import check_path

        if options.watching or flags["selector"]:
            raise CliError("--raw may not be specified with other flags that filter the server request or alter the output")
        if output:
            raise CliError("--raw and --output are mutually exclusive")
        check_path(path)
    if flags["decode"] and options.for_people:
        raise CliError("--decode needs an output format that shows data, such as -o yaml or -o jsonpath={.data.KEY}")
    if flags["show-labels"] and output not in ("", "wide"):
        raise CliError(f"--show-labels option cannot be used with {output} printer")
    if flags["output-watch-events"] and not options.watching:
        raise CliError("--output-watch-events option can only be used with --watch or --watch-only")


def run(flags: Parsed, factory: Factory) -> int:
    """Show what was asked for. Raises what went wrong after showing the rest."""
    options = complete(flags, factory)
    validate(options)
    if flags["raw"]:
        from minikube_py.cli_runtime.raw_requests import send_raw

        send_raw(factory, "GET", flags["raw"])
        return 0
    params = {"includeObject": "Object"} if options.server_print and flags["sort-by"] else {}
    query = make_query(factory, flags, params, table=options.server_print, watching=options.watching)
    if options.watching:
        return _watch(options, factory, query)
    found, errors = Reader(factory, ignore_not_found=flags["ignore-not-found"]).read(query)
    if not options.for_people:
        from minikube_py.kubectl.get_objects import print_objects

        print_objects(flags, factory, found, errors, single=query.single)
        return 0
    shown = Tables(flags, factory).print(found)
    if not shown and not errors and not flags["ignore-not-found"]:
        namespaced = not flags["all-namespaces"] and all(resource.namespaced for resource, _ in found)
        factory.warn(f"No resources found in {factory.namespace} namespace." if namespaced else "No resources found")
    raise_errors(errors, listed=query.listed)
    return 0


def _watch(options: Options, factory: Factory, query: Query) -> int:
    from minikube_py.kubectl.get_watch import watch

    flags = options.flags

    def make_printer(resource: ResourceInfo) -> Printer:
        if options.for_people:
            return Tables(flags, factory).make_printer(resource, with_namespace=True)
        from minikube_py.kubectl.get_objects import make_object_printer

        return make_object_printer(flags)

    return watch(flags, factory, query, make_printer)


VERB = Verb(
    "get",
    "Show objects as a table or in another format",
    run,
    FLAGS,
    "[(-o|--output=)FORMAT] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE/NAME ...) [flags]",
    "Prints a table of the most important facts about objects, or the objects themselves in the format that -o names.",
    EXAMPLES,
    shows="table",
)
