"""What get asks a cluster for, and the asking: requests in the order of the arguments, past those that fail.

Read by `mk get pods`: this module imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.resource_builder import (
    MISSING_RESOURCE,
    check_no_arguments,
    check_selection,
    explain_list_error,
    explain_not_found,
    has_files,
    namespace_for,
    read_selectors,
    select,
)
from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed
    from minikube_py.cli_runtime.resource_builder import Info

Object = dict[str, Any]

ONE_TYPE = "you may only specify a single resource type"


class Source(NamedTuple):
    """One request: for an object, or for a list of them. An `object` of a file without a name is shown as it is."""

    resource: ResourceInfo
    request: Request
    object: Object | None = None


class Query(NamedTuple):
    """What was asked for. `single` says that exactly one object was named; `listed` that errors are told without `error: `."""

    sources: tuple[Source | Exception, ...]
    single: bool = False
    listed: bool = True
    is_chosen: Callable[[Object], bool] | None = None  # what --selector leaves of the objects of files


class Found(NamedTuple):
    """An answer: an object, a List or a Table."""

    resource: ResourceInfo
    object: Object


def make_query(factory: Factory, flags: Parsed, params: Mapping[str, str], *, table: bool, watching: bool) -> Query:
    """Turn arguments and flags into requests. `params` go with each of them. Raises CliError, NoSuchResource."""
    selector, fields = read_selectors(flags)
    template = Request("get", "", "", "", subresource="" if watching else flags["subresource"], params=params, table=table)
    if has_files(flags):
        check_no_arguments(factory, flags, flags.args)
        return _query_files(factory, flags, template, selector)
    selection = select(factory, flags.args)
    check_selection(selection, everywhere=flags["all-namespaces"], selecting=bool(selector or fields))
    pairs = list(selection.pairs) or [(selection.types[0], name) for name in selection.names]
    if watching and len({resource for resource, _ in pairs} or selection.types) > 1:
        raise CliError(ONE_TYPE)
    if pairs:
        sources = [_source_of_name(resource, namespace_for(factory, resource), name, template) for resource, name in pairs]
        return Query(tuple(sources), single=len(pairs) == 1, listed=False)
    if not selection.types:
        raise CliError("at least one resource must be specified to use a selector" if selector or fields else MISSING_RESOURCE)
    if template.subresource:
        raise CliError("subresource cannot be used when bulk resources are specified")
    limit = 0 if flags["sort-by"] and not watching else flags["chunk-size"]
    asked = {"labelSelector": selector, "fieldSelector": fields, "limit": str(limit) if limit else ""}
    template = template._replace(verb="list", params={**params, **{key: value for key, value in asked.items() if value}})
    return Query(tuple(_list_sources(factory, flags, selection.types, template)))


def _source_of_name(resource: ResourceInfo, namespace: str, name: str, template: Request) -> Source | Exception:
    if not name:
        return CliError("resource name may not be empty")
    return Source(resource, _address(template, resource, namespace, name))


def _address(template: Request, resource: ResourceInfo, namespace: str, name: str = "") -> Request:
    return template._replace(
        group=resource.group, version=resource.version, resource=resource.plural, namespace=namespace, name=name
    )


def _list_sources(
    factory: Factory, flags: Parsed, types: tuple[ResourceInfo, ...], template: Request
) -> Iterator[Source | Exception]:
    for resource in types:
        namespace = "" if flags["all-namespaces"] else namespace_for(factory, resource)
        yield Source(resource, _address(template, resource, namespace))


def _query_files(factory: Factory, flags: Parsed, template: Request, selector: str) -> Query:
    from minikube_py.apimachinery.labels import parse_selector
    from minikube_py.cli_runtime.flags import Parsed
    from minikube_py.cli_runtime.visitor import visit_files

    is_chosen = None
    if selector:
        try:
            parsed = parse_selector(selector)
        except ValueError as error:
            raise CliError(f'the provided selector "{selector}" is not valid: {error}') from error

        def is_chosen(answer: Object) -> bool:
            return parsed.matches((answer.get("metadata") or {}).get("labels") or {})

    every = Parsed(())  # the selector is for the answers, not for what stands in the files
    every.values = {**flags.values, "selector": ""}
    sources: list[Source | Exception] = []
    for info in visit_files(factory, every):
        if isinstance(info, Exception):
            sources.append(info)
        elif not info.name:
            sources.append(Source(info.resource, template, info.object))
        else:
            sources.append(_source_of_file(info, flags, template))
    return Query(tuple(sources), _names_one_file(flags), is_chosen=is_chosen)


def _source_of_file(info: Info, flags: Parsed, template: Request) -> Source | Exception:
    if flags["all-namespaces"]:
        try:
            info.check_namespace()
        except CliError as error:
            return error
    return _source_of_name(info.resource, info.namespace, info.name, template)


def _names_one_file(flags: Parsed) -> bool:
    import os

    names = flags["filename"]
    return len(names) == 1 and not flags["kustomize"] and names[0] != "-" and not os.path.isdir(names[0])


class Reader:
    """Sends a query's requests. `ignore_not_found` drops what is not there from the errors."""

    def __init__(self, factory: Factory, *, ignore_not_found: bool) -> None:
        self._client, self._ignore = factory.client(), ignore_not_found

    def read(self, query: Query) -> tuple[list[Found], list[Exception]]:
        """Return all answers, a page of a list each, and all errors."""
        found: list[Found] = []
        errors: list[Exception] = []
        for source in query.sources:
            try:
                for answer in self._ask(source):
                    if query.is_chosen is None or query.is_chosen(answer.object):
                        found.append(answer)
            except NotFound as error:
                if not self._ignore:
                    errors.append(error)
            except (StatusError, CliError) as error:
                errors.append(error)
        return found, errors

    def _ask(self, source: Source | Exception) -> Iterator[Found]:
        if isinstance(source, Exception):
            raise source
        resource, request, obj = source
        if obj is not None:
            yield Found(resource, obj)
        elif request.verb == "list":
            for page in self._follow(resource, request):
                yield Found(resource, page)
        else:
            try:
                yield Found(resource, self._send(request))
            except NotFound as error:
                raise explain_not_found(self._client, error, request.namespace) from None

    def _follow(self, resource: ResourceInfo, request: Request) -> Iterator[Object]:
        """Yield the pages of a list."""
        token = ""
        while True:
            try:
                page = self._send(request._replace(params={**request.params, "continue": token}) if token else request)
            except StatusError as error:
                params = request.params
                raise explain_list_error(
                    error, resource, params.get("labelSelector", ""), params.get("fieldSelector", "")
                ) from None
            yield page
            token = page["metadata"].get("continue", "")
            if not token:
                return

    def _send(self, request: Request) -> Object:
        answer: Object = self._client.send(request).object
        return answer


def flatten_lists(found: list[Found]) -> Iterator[Found]:
    """Yield objects and Tables as they are, and the items of Lists one by one, each saying what it is."""
    for resource, answer in found:
        if isinstance(answer.get("items"), list):
            for item in answer["items"]:
                yield Found(resource, {"apiVersion": resource.api_version, "kind": resource.kind, **item})
        else:
            yield Found(resource, answer)


def raise_errors(errors: list[Exception], *, listed: bool) -> None:
    """Raise what went wrong, if anything did: one error as it is, unless `listed`; several as an AggregateError."""
    if errors:
        raise errors[0] if len(errors) == 1 and not listed else AggregateError(errors)
