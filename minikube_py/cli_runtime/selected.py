"""The objects that arguments, selectors or files choose, one after the other, errors in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.resource_builder import (
    MISSING_RESOURCE,
    Info,
    Selection,
    check_no_arguments,
    check_selection,
    explain_list_error,
    format_resource,
    get_object,
    has_files,
    namespace_for,
    read_selectors,
    select,
)
from minikube_py.cli_runtime.visitor import visit_files
from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]


class Want(NamedTuple):
    """What a verb wants of the objects it is about."""

    latest: bool = True  # objects of files as they are in the cluster
    objects: bool = True  # objects of names too; else their names are enough
    every: bool = False  # a type without name and selector means all objects of it
    validation: str = ""  # how types of files are looked at, see visit_files
    typed: bool = False  # whether objects are read as kinds of Kubernetes' own, so that custom resources cannot be
    local: bool = False  # files are all there is, and the cluster is not asked
    selecting: bool = True  # whether --selector chooses objects; for expose it is the service's


UNREGISTERED = 'no kind "{}" is registered for version "{}" in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"'


def visit_selected(factory: Factory, flags: Parsed, args: Sequence[str], want: Want) -> Iterator[Info | Exception]:
    """Return what args, -f, -l, --field-selector, --all and -A choose. Raises CliError, NoSuchResource at once."""
    infos = _visit(factory, flags, args, want)
    return map(_require_registered, infos) if want.typed else infos


def _require_registered(info: Info | Exception) -> Info | Exception:
    from minikube_py.apis import catalog

    if isinstance(info, Exception) or catalog.find_by_kind(info.resource.group, info.resource.kind, info.resource.version):
        return info
    return CliError(UNREGISTERED.format(info.resource.kind, info.resource.api_version))


def _visit(factory: Factory, flags: Parsed, args: Sequence[str], want: Want) -> Iterator[Info | Exception]:
    selector, fields, every = _read_selectors(flags) if want.selecting else ("", "", False)
    if has_files(flags):
        check_no_arguments(factory, flags, args)
        infos = visit_files(factory, flags, want.validation, selecting=want.selecting, local=want.local)
        everywhere = bool(flags.values.get("all-namespaces"))
        return _fetch_latest(factory, infos, everywhere=everywhere) if want.latest else infos
    selection = select(factory, args)
    everywhere = bool(flags.values.get("all-namespaces"))
    check_selection(selection, everywhere=everywhere, selecting=bool(selector or fields or every))
    if selection.names or selection.pairs:
        return _visit_names(factory, selection, want)
    if not selection.types:
        text = "at least one resource must be specified to use a selector" if selector or fields or every else MISSING_RESOURCE
        raise CliError(text)
    if not (selector or fields or every or want.every):
        raise CliError("resource(s) were provided, but no name was specified")
    return _visit_lists(factory, selection.types, flags, selector, fields)


def _read_selectors(flags: Parsed) -> tuple[str, str, bool]:
    selector, fields = read_selectors(flags)
    every = bool(flags.values.get("all"))
    if every and (selector or fields):
        raise CliError("setting 'all' parameter but found a non empty selector. ")
    return selector, fields, every


def _visit_names(factory: Factory, selection: Selection, want: Want) -> Iterator[Info | Exception]:
    for resource, name in selection.pairs or [(selection.types[0], name) for name in selection.names]:
        info = Info(resource, namespace_for(factory, resource), name)
        yield _fetch(factory, info) if want.objects else info


def _fetch_latest(factory: Factory, infos: Iterator[Info | Exception], *, everywhere: bool) -> Iterator[Info | Exception]:
    for info in infos:
        try:
            if everywhere and isinstance(info, Info):
                info.check_namespace()
        except CliError as error:
            yield error
        else:
            yield info if isinstance(info, Exception) else _fetch(factory, info)


def _fetch(factory: Factory, info: Info) -> Info | Exception:
    if not info.name:
        return CliError("resource name may not be empty")
    try:
        return info._replace(object=get_object(factory.client(), info.resource, info.name, info.namespace))
    except StatusError as error:
        return error


def _visit_lists(
    factory: Factory, types: Sequence[ResourceInfo], flags: Parsed, selector: str, fields: str
) -> Iterator[Info | Exception]:
    for resource in types:
        namespace = "" if flags.values.get("all-namespaces") else namespace_for(factory, resource)
        try:
            found = factory.client().list(resource.resource, namespace, selector, fields)
        except StatusError as error:
            yield explain_list_error(error, resource, selector, fields)
            continue
        for obj in found["items"]:
            obj.setdefault("apiVersion", resource.api_version)
            obj.setdefault("kind", resource.kind)
            yield Info(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"], obj)


def format_info(info: Info) -> str:
    """Return the lines by which errors of apply tell what they are about."""
    resource = info.resource
    kind = f"{resource.group}/{resource.version}, Kind={resource.kind}"
    lines = f'Resource: "{format_resource(resource)}", GroupVersionKind: "{kind}"'
    return f'{lines}\nName: "{info.name}", Namespace: "{info.namespace}"'
