"""A request to an API server and its answer, apart from how they travel: one record for HTTP and for a call in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError

Object = dict[str, Any]

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


METADATA_ONLY = ";as=PartialObjectMetadata"
"""What follows the media type where nothing but the metadata of objects is wanted."""
MASTERS = "system:masters"
"""The group whose members may do everything, whatever roles say."""
NODES = "system:nodes"
"""The group of all kubelets, which are called system:node:NAME."""


REFUSED = "The connection to the server {} was refused - did you specify the right host or port?"
UNABLE = "Unable to connect to the server: {}"


class User(NamedTuple):
    """Who asks. `extra` are (key, values), sorted."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


OWNER = User("kubernetes-admin", ("kubeadm:cluster-admins", MASTERS, "system:authenticated"))
"""Whoever may read the cluster's files."""


class Request(NamedTuple):
    """What is asked. `verb` is get, list, create, update, patch, delete or deletecollection; `resource` a plural.

    `params` are the query parameters of the REST API by their names there (labelSelector, dryRun, fieldManager, ...). `table` asks for a
    metav1.Table; its rows hold metadata only, or whole objects with params["includeObject"] = "Object". With an `encoding` (a
    media type, maybe with METADATA_ONLY) the items of a list, the rows of a Table and the first objects of a watch may be bytes: as
    they stand in such an answer.
    """

    verb: str
    group: str
    version: str
    resource: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    params: Mapping[str, str] = {}
    body: Any = None
    content_type: str = "application/json"
    table: bool = False
    encoding: str = ""
    user: User = OWNER
    credentials: Any = None  # client.credentials.Credentials that say who `user` is, not yet looked at


class RequestError(StatusError):
    """A request that cannot be put on its way: it never reaches a server, so kubectl tells of it without `from server`."""


class Unreachable(RequestError):
    """A server that does not answer: `cause` in the words of Go's net packages.

    `asked` is the request, such as `Get "https://..."`, and `host` the server's as its address has it, once they are known. kubectl tells of the
    cause alone; of the request, too, where it has words of its own to say before.
    """

    def __init__(self, cause: str, asked: str = "", host: str = "") -> None:
        refused = host and "connection refused" in cause
        super().__init__(REFUSED.format(host) if refused else UNABLE.format(cause))
        self.cause, self.asked, self.host = cause, asked, host

    def about(self, method: str, url: str, host: str) -> Unreachable:
        """Return this error of a request that is known."""
        return Unreachable(self.cause, f'{method.capitalize()} "{url}"', host)

    def behind(self, words: str) -> RequestError:
        """Return this error with words before what kubectl's own client says."""
        return RequestError(f"{words}{self.asked}: {self.cause}" if self.asked else words + self.cause)


def check_path(request: Request) -> None:
    """Refuse a namespace or name that cannot stand in a path, as client-go does. Raises RequestError."""
    for what, value in (("namespace", request.namespace), ("resource name", request.name)):
        if "/" in value or "%" in value or value in (".", ".."):
            from minikube_py.apimachinery.names import is_path_segment_name

            raise RequestError(f'invalid {what} "{value}": [{", ".join(is_path_segment_name(value))}]')


class Response(NamedTuple):
    """What came back: an object (a List, a Table, a Status, ...), and warnings to show on stderr.

    It was `created`, or what was asked for is `pending` and will take a while.
    """

    object: Any
    warnings: tuple[str, ...] = ()
    created: bool = False
    pending: bool = False


class WatchEvent(NamedTuple):
    """One event of a watch: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR, with the object (or Status).

    Where the request had an `encoding` the object may be bytes, as it stands in an answer.
    """

    type: str
    object: Object
