"""What an HTTP message asks for: its path, parameters and body as one Request, checked as far as that goes without the object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery import errors
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import bodies, list_options, negotiation, paths, write_options
from minikube_py.apiserver.subresource_kinds import SUBRESOURCES
from minikube_py.client.request import APPLY_PATCH, Request

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.client.http_message import HttpRequest


def parse(server: ApiServer, message: HttpRequest) -> Request | None:
    """Return the request that a message is, None where its path is not one of resources. Raises StatusError."""
    server.warnings.clear()
    request = paths.parse_path(message.method, message.target)
    if request is None:
        return None
    kind = _find_kind(server, request)
    if request.subresource == paths.PROXY:
        return request
    negotiation.check_route(message, kind, request.verb)
    if request.verb in ("list", "watch", "deletecollection"):
        list_options.check_numbers(request.params)
    elif request.verb == "get":
        list_options.check_get_options(request.params)
    form = negotiation.choose_form(message)
    negotiation.check_form(form, kind, request.verb)
    body, content_type = bodies.read_body(kind, request, message)
    if message.method == "DELETE" and body is not None:
        body = write_options.decode_delete_options(body)
    elif request.verb in write_options.OPTIONS:
        write_options.check_write_options(request, content_type)
        _judge_duplicates(server, kind, request, message, content_type)
    params = dict(request.params)
    manager = negotiation.manager_of(message)
    if manager and content_type != APPLY_PATCH and request.verb in ("create", "update", "patch"):
        params.setdefault("fieldManager", manager)
    table = form.convert == negotiation.TABLE
    encoding = negotiation.encoding_of(form) if request.verb in ("list", "watch") else ""
    return request._replace(body=body, content_type=content_type, params=params, table=table, encoding=encoding)


def _find_kind(server: ApiServer, request: Request) -> Kind:
    """Return the kind at a request's path. Raises NotFound, MethodNotAllowed."""
    if "%" in request.name:
        raise errors.BadRequest(f"Name parameter invalid: \"{request.name}\": may not contain '%'")
    try:
        kind = server.find_kind(request.group, request.resource, request.version)
    except errors.NotFound:
        raise paths.nothing_at(any(kind.group == request.group for kind in catalog.list_kinds())) from None
    paths.check_scope(kind, request)
    if request.subresource:
        _check_subresource(kind, request)
    return kind


def _check_subresource(kind: Kind, request: Request) -> None:
    """Refuse a subresource that a kind has not, or a verb that it has not. Raises NotFound, MethodNotAllowed."""
    if request.subresource not in kind.subresources or request.verb == "watch":
        raise errors.new_not_found(kind.group, kind.plural, request.name) if kind.custom else errors.new_not_served()
    if request.verb not in SUBRESOURCES[request.subresource][1]:
        raise (
            errors.new_method_not_supported(kind.group, kind.plural, request.verb) if kind.custom else errors.new_not_allowed()
        )


def _judge_duplicates(server: ApiServer, kind: Kind, request: Request, message: HttpRequest, content_type: str) -> None:
    """Warn of fields that stand in a JSON body twice, or refuse them, as is asked for. Raises BadRequest."""
    validation = request.params.get("fieldValidation") or "Warn"
    if content_type != "application/json" or validation == "Ignore" or not message.body.startswith(b"{"):
        return
    from minikube_py.apimachinery.decode import strict_error

    duplicates = bodies.list_duplicates(message.body)
    if duplicates and validation == "Strict":
        version, name = bodies.find_expected(kind, request)
        raise strict_error(name, version, duplicates)
    server.warnings.extend(duplicates)
