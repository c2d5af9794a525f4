"""get and list: consistent at one revision, in pages, as objects or as a Table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.codec import decode, decode_each
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.selection import Predicate, make_predicate
from minikube_py.client.request import Request, Response
from minikube_py.storage.interface import Ahead, Compacted, Key, Page, Query, TextPage

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
Reader = Callable[[Query], Page | TextPage]
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
    """Answer with one object. Raises NotFound; Ahead for a revision that has not been yet."""
    if asked := parse_revision(request.params.get("resourceVersion") or ""):
        check_revision(server, asked)
    obj = server.store.get(key_of(kind, request)) if kind.make is None else _find_made(kind.make(), request.name)
    if obj is None:
        raise errors.new_not_found(kind.group, kind.plural, request.name)
    if request.table:
        from minikube_py.apiserver.table import answer_kind_table

        return Response(answer_kind_table(server, kind, [obj], request))
    return Response(obj)


def check_revision(server: ApiServer, asked: int) -> None:
    """Raise Ahead for a revision that has not been yet."""
    if asked > (current := server.store.current_revision()):
        raise Ahead(asked, current)


def _find_made(objects: list[Object], name: str) -> Object | None:
    return next((obj for obj in objects if obj["metadata"]["name"] == name), None)


def list_objects(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Answer with a List or a Table. Pages (`limit`, `continue`) all show the revision of the first. Raises Expired, Timeout."""
    predicate = make_predicate(kind, request)
    query = _make_query(server, kind, request)
    as_stored = is_shown_as_stored(server, kind) and bool(request.encoding or request.table)
    try:
        page = _read_page(find_reader(server, kind, predicate, as_stored=as_stored), query)
    except Compacted as error:
        raise _tell_expired(query) from error
    metadata: Object = {"resourceVersion": str(page.revision)}
    if page.next is not None:
        from minikube_py.apiserver.continue_tokens import encode_continue

        metadata["continue"] = encode_continue(page.revision, page.next, query.namespace)
        if predicate is None:
            metadata["remainingItemCount"] = page.remaining
    items: Any = page.items
    if request.table:
        from minikube_py.apiserver.table import answer_kind_table

        if as_stored:
            items = decode_each([item[1] for item in items])  # one lives at a time
        else:
            request = request._replace(encoding="")
        return Response(answer_kind_table(server, kind, items, request, **metadata))
    if as_stored:
        items = server.encodings.encode(request.encoding, kind.resource, items)
    return Response({"kind": kind.list_kind, "apiVersion": kind.api_version, "metadata": metadata, "items": items})


def is_shown_as_stored(server: ApiServer, kind: Kind) -> bool:
    """Return whether objects are shown as they were committed: nothing is made, converted or being written."""
    is_converted = kind.view is not None or (kind.custom is not None and kind.custom.converted)
    return kind.make is None and not is_converted and not server.store.in_transaction


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
        else:  # what is read is the present, never older than asked
            check_revision(server, asked)
    node = ""
    selector = params.get("fieldSelector") or ""
    if selector.startswith("spec.nodeName=") and "," not in selector and kind.plural == "pods":
        node = selector.partition("=")[2].lstrip("=")
    return Query(kind.resource, request.namespace if kind.namespaced else "", node, "", limit, after, revision)


def _check(params: Mapping[str, str]) -> None:
    from minikube_py.apiserver.list_options import check_list_options, read_integer

    check_list_options(params)
    read_integer(params, "limit")


def find_reader(server: ApiServer, kind: Kind, predicate: Predicate | None, *, as_stored: bool) -> Reader:
    """Return what reads the chosen ones of a page: as objects, or as they are stored."""

    def read_objects(query: Query) -> Page:
        made = kind.make
        page = server.store.list(query) if made is None else Page(server.store.current_revision(), made(), None, 0)
        return page if predicate is None else page._replace(items=list(filter(predicate, page.items)))

    def read_texts(query: Query) -> TextPage:
        page = server.store.list_texts(query)
        return page if predicate is None else page._replace(items=[item for item in page.items if predicate(decode(item[1]))])

    return read_texts if as_stored else read_objects


def _read_page(read: Reader, query: Query) -> Page:
    """Read until a page is full: of those read, not all are chosen."""
    page = read(query)
    items: list[Any] = page.items
    while query.limit and page.next is not None and len(items) < query.limit:
        page = read(query._replace(after=page.next, revision=page.revision))
        items += page.items
    if query.limit and len(items) > query.limit:  # the last page gave more than fits: go on after the last that does
        items = items[: query.limit]
        page = page._replace(next=_place_of(items[-1]) if isinstance(items[-1], dict) else items[-1][2:])
    return Page(page.revision, items, page.next, page.remaining)


def _place_of(obj: Object) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


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
