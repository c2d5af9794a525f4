"""get and list: consistent at one revision, in pages, as objects or as a Table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.selection import make_predicate
from minikube_py.client.request import Request, Response
from minikube_py.storage.interface import Ahead, Compacted, Key, Page, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
EXPIRED_LIST = "The resourceVersion for the provided list is too old."
EXPIRED_CONTINUE = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing "
    "with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the "
    "time the first chunk was returned and now may show up in the list."
)
_CHECKED = frozenset(("resourceVersionMatch", "sendInitialEvents"))
_LONG = 9  # digits of a limit that is none any more


def key_of(kind: Kind, request: Request) -> Key:
    """Return where the requested object lives."""
    return Key(kind.resource, request.namespace if kind.namespaced else "", request.name)


def get(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Answer with one object. Raises NotFound."""
    obj = server.store.get(key_of(kind, request)) if kind.make is None else _find_made(kind.make(), request.name)
    if obj is None:
        raise errors.new_not_found(kind.group, kind.plural, request.name)
    if request.table:
        from minikube_py.apiserver.table import answer_kind_table

        return Response(answer_kind_table(server, kind, [obj], request))
    return Response(obj)


def _find_made(objects: list[Object], name: str) -> Object | None:
    return next((obj for obj in objects if obj["metadata"]["name"] == name), None)


def list_objects(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Answer with a List or a Table. Pages (`limit`, `continue`) all show the revision of the first. Raises Expired, Timeout."""
    predicate = make_predicate(kind, request)
    query = _make_query(server, kind, request)
    try:
        page = _read_page(server, query, predicate, kind.make)
    except Compacted as error:
        raise _tell_expired(query) from error
    metadata: Object = {"resourceVersion": str(page.revision)}
    if page.next is not None:
        from minikube_py.apiserver.continue_tokens import encode_continue

        metadata["continue"] = encode_continue(page.revision, page.next, query.namespace)
        if predicate is None:
            metadata["remainingItemCount"] = page.remaining
    if request.table:
        from minikube_py.apiserver.table import answer_kind_table

        return Response(answer_kind_table(server, kind, page.items, request, **metadata))
    return Response({"kind": kind.list_kind, "apiVersion": kind.api_version, "metadata": metadata, "items": page.items})


def _tell_expired(query: Query) -> errors.Expired:
    """Return the error for a history that is gone; who was at a later page may go on with what is there now."""
    if query.after is None:
        return errors.Expired(EXPIRED_LIST)
    from minikube_py.apiserver.continue_tokens import LATEST, encode_continue

    expired = errors.Expired(EXPIRED_CONTINUE)
    expired.metadata = {"continue": encode_continue(LATEST, query.after, query.namespace)}
    return expired


def _make_query(server: ApiServer, kind: Kind, request: Request) -> Query:
    params = request.params
    asked_limit = params.get("limit") or "0"
    if not _CHECKED.isdisjoint(params) or not asked_limit.isdecimal() or len(asked_limit) > _LONG:
        _check(params)
    limit = min(max(int(asked_limit), 0), 10**_LONG)
    after, revision = None, 0
    if token := params.get("continue"):
        from minikube_py.apiserver.continue_tokens import decode_continue

        if params.get("resourceVersion") not in (None, "", "0"):
            raise errors.BadRequest("specifying resource version is not allowed when using continue")
        revision, after = decode_continue(token, request.namespace)
    elif asked := parse_revision(params.get("resourceVersion") or ""):
        if params.get("resourceVersionMatch") == "Exact":
            revision = asked
        elif asked > (current := server.store.current_revision()):  # what is read is the present, never older than asked
            raise Ahead(asked, current)
    node = ""
    selector = params.get("fieldSelector") or ""
    if selector.startswith("spec.nodeName=") and "," not in selector and kind.plural == "pods":
        node = selector.partition("=")[2].lstrip("=")
    return Query(kind.resource, request.namespace if kind.namespaced else "", node, "", limit, after, revision)


def _check(params: Mapping[str, str]) -> None:
    from minikube_py.apiserver.list_options import check_list_options, read_integer

    check_list_options(params)
    read_integer(params, "limit")


def _read_page(server: ApiServer, query: Query, predicate: Any, made: Callable[[], list[Object]] | None = None) -> Page:
    page = server.store.list(query) if made is None else Page(server.store.current_revision(), made(), None, 0)
    if predicate is None:
        return page
    items = list(filter(predicate, page.items))
    while query.limit and page.next is not None and len(items) < query.limit:
        page = server.store.list(query._replace(after=page.next, revision=page.revision))
        items += filter(predicate, page.items)
    if query.limit and len(items) > query.limit:  # the last page gave more than fits: go on after the last that does
        last = items[query.limit - 1]["metadata"]
        return Page(page.revision, items[: query.limit], (last.get("namespace", ""), last["name"]), 0)
    return Page(page.revision, items, page.next, 0)


def parse_revision(text: str) -> int:
    """Return the number of a resourceVersion, 0 for none. Raises BadRequest."""
    if not text:
        return 0
    shown = errors.format_value(text)
    if not (text.isascii() and text.isdigit()):
        raise errors.BadRequest(f"resourceVersion: Invalid value: {shown}: strconv.ParseUint: parsing {shown}: invalid syntax")
    if len(text.lstrip("0")) > 20 or int(text) >= 1 << 64:
        raise errors.BadRequest(
            f"resourceVersion: Invalid value: {shown}: strconv.ParseUint: parsing {shown}: value out of range"
        )
    return int(text)
