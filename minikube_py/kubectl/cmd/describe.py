"""describe: tells of objects, and of what belongs to them, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import (
    FILENAME_FLAGS,
    Info,
    Selection,
    check_no_arguments,
    check_selection,
    explain_list_error,
    has_files,
    namespace_for,
    read_selectors,
    select,
    split_types,
)
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all, require_files, visit_files
from minikube_py.kubectl.describe.context import Context, Object
from minikube_py.kubectl.describe.registry import describe_missing, describe_object
from minikube_py.kubectl.describe.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a pod with its containers and events
  mk describe pod web

  # every pod whose name begins with web-
  mk describe pods web-

  # the deployments with the label app=web, in all namespaces
  mk describe deployments -l app=web -A

  # what a manifest is about
  mk describe -f web.yaml
"""

FLAGS = (
    *FILENAME_FLAGS,
    flag("selector", "l", help="Only what has these labels: a=b, a!=b, a in (b,c), a, !a"),
    flag("all-namespaces", "A", False, "Look in every namespace"),
    flag("show-events", default=True, help="Show the events about each object"),
    flag("chunk-size", default=500, help="Ask for this many at a time; 0 for all at once"),
)

NO_RESOURCE = (
    'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.'
)


class Options(NamedTuple):
    """What to describe, and how."""

    selection: Selection
    flags: Parsed


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    if not flags.args and not has_files(flags):
        raise CliError(NO_RESOURCE)
    return Options(select(factory, flags.args), flags)


def validate(options: Options, factory: Factory) -> None:
    """Refuse combinations that mean nothing."""
    flags = options.flags
    if has_files(flags):
        require_files(flags)
        check_no_arguments(factory, flags, flags.args)
    selector, _ = read_selectors(flags)
    check_selection(options.selection, everywhere=flags["all-namespaces"], selecting=bool(selector))


def run(flags: Parsed, factory: Factory) -> int:
    """Describe what was asked for, past what cannot be had; that is told at the end, with exit code 1."""
    options = complete(flags, factory)
    validate(options, factory)
    infos, problems = find(options, factory)
    if len(problems) == 1 and isinstance(problems[0], NotFound) and len(flags.args) == 2:
        return describe_matching(options, factory, problems[0])
    shown = 0
    for info in infos:
        try:
            text = describe(info, flags, factory)
        except StatusError as error:
            problems.append(error)
            continue
        factory.write("\n\n" + text if shown else text)
        shown += 1
    if not infos and not problems:
        where = "" if flags["all-namespaces"] else f" in {factory.namespace} namespace."
        factory.warn(f"No resources found{where}")
    raise_all(problems)
    return 0


def find(options: Options, factory: Factory) -> tuple[list[Info], list[Exception]]:
    """Return the objects to describe, and what went wrong with others."""
    selection, flags = options.selection, options.flags
    if has_files(flags):
        found = list(visit_files(factory, flags))
    else:
        pairs = selection.pairs or tuple((selection.types[0], name) for name in selection.names)
        named = (Info(resource, namespace_for(factory, resource), name) for resource, name in pairs)
        found = list(_get_all(named, factory)) if pairs else list(_list_all(options, factory))
    return [i for i in found if isinstance(i, Info)], [i for i in found if isinstance(i, Exception)]


def _get_all(infos: Iterable[Info], factory: Factory) -> Iterator[Info | Exception]:
    client = factory.client()
    for info in infos:
        try:
            yield info._replace(object=client.get(info.resource.resource, info.name, info.namespace))
        except StatusError as error:
            yield error


def _list_all(options: Options, factory: Factory) -> Iterator[Info | Exception]:
    context, flags = make_context(options.flags, factory), options.flags
    selector, _ = read_selectors(flags)
    for resource in options.selection.types:
        namespace = "" if flags["all-namespaces"] else namespace_for(factory, resource)
        try:
            objects = context.list(resource.resource, namespace, selector)
        except StatusError as error:
            yield explain_list_error(error, resource, selector, "")
            continue
        for obj in objects:
            metadata = obj["metadata"]
            yield Info(resource, metadata.get("namespace", ""), metadata["name"], obj)


def describe_matching(options: Options, factory: Factory, error: Exception) -> int:
    """Describe the objects whose names begin with the second argument. Raises `error` if there are none.

    As kubectl does, this holds for `TYPE/NAME TYPE/NAME` too, where names never begin so.
    """
    if len(split_types(options.flags.args[0])) > 1:
        raise CliError("you may only specify a single resource type")
    if options.selection.pairs:
        raise error
    prefix = options.selection.names[0]
    infos = [item for item in _list_all(options, factory) if isinstance(item, Info) and item.name.startswith(prefix)]
    if not infos:
        raise error
    for info in infos:
        factory.write(describe(info, options.flags, factory) + "\n")
    return 0


def describe(info: Info, flags: Parsed, factory: Factory) -> str:
    """Return the description of an object. One from a file is looked up in the cluster. Raises StatusError."""
    context = make_context(flags, factory)
    try:
        obj = _get(info, factory) if info.source else info.object
    except NotFound as error:
        text = describe_missing(info.resource.kind, info.name, info.namespace, error, context)
        if text is None:
            raise
        return text
    assert obj is not None
    return describe_object({"apiVersion": info.resource.api_version, "kind": info.resource.kind, **obj}, context)


def _get(info: Info, factory: Factory) -> Object:
    return factory.client().get(info.resource.resource, info.name, info.namespace)


def make_context(flags: Parsed, factory: Factory) -> Context:
    """Return the context of one description."""
    return Context(Writer(), factory.client(), factory.cluster_clock.now(), flags["show-events"], flags["chunk-size"])


VERB = Verb(
    "describe",
    "Tell of objects in detail, with their events",
    run,
    FLAGS,
    "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    "Tells of objects with what belongs to them, such as their events and pods. A name that is not there is taken as the beginning of names.",
    EXAMPLES,
    shows="description",
)
