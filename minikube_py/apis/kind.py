"""The shape of a kind: everything that is known of one, in one record. A kind file makes one and calls it KIND.

Functions of a Kind get plain JSON objects. `set_defaults` and the `prepare_*` functions change the object they are given;
`validate*` only look and return what is wrong. A CustomResourceDefinition becomes the same record at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import FieldError

if TYPE_CHECKING:
    from minikube_py.apimachinery.schema import Schema
    from minikube_py.apis.apiextensions.scale_paths import ScalePaths

Object = dict[str, Any]
Cell = Any  # str, int or bool, as a Table's cells


class Column(NamedTuple):
    """One column of a kind's table. `cell(obj, now)` gives its value; priority 1 columns show with -o wide only."""

    name: str
    cell: Callable[[Object, float], Cell]
    type: str = "string"
    format: str = ""
    priority: int = 0
    description: str = ""


def _nothing(obj: Object) -> None:
    return None


def _nothing_to_update(new: Object, old: Object) -> None:
    return None


def _nothing_to_delete(obj: Object, stamp: str) -> None:
    return None


def _same(obj: Object) -> Object:
    return obj


def _no_errors(obj: Object) -> list[FieldError]:
    return []


def _no_update_errors(new: Object, old: Object) -> list[FieldError]:
    return []


def _no_warnings(obj: Object) -> list[str]:
    return []


class Custom(NamedTuple):
    """What only custom resources have.

    `schema` is the one that fields are owned by, `open_api` the definition's own. `decode(body)` gives a clean copy and the strict
    errors, or raises ValueError. `terminating` says that the definition is on its way out: nothing new is made.
    """

    schema: Schema
    open_api: Mapping[str, Any]
    list_kind: str
    decode: Callable[[Object], tuple[Object, list[str]]]
    scale: ScalePaths | None
    terminating: bool
    converted: bool = False  # objects come and go through apiserver.webhooks.conversion, and the kind is no view of another


class Kind(NamedTuple):
    """One kind of object in one version of its group.

    `schema` names its definition in `apimachinery.schema`. `status` says that it has a status subresource, which then is written
    only there. `generation` says that metadata.generation counts changes of the spec. `selectable` are the fields that
    --field-selector knows besides metadata.name and metadata.namespace. `sort` orders rows of the table when not by name.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    schema: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    namespaced: bool = True
    subresources: tuple[str, ...] = ()
    status: bool = True
    generation: bool = False
    verbs: tuple[str, ...] = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
    columns: tuple[Column, ...] = ()
    selectable: Mapping[str, Callable[[Object], str]] = {}
    unselectable: str = "field label not supported: {}"  # what is said of other fields where `selectable` has any
    validate_name: str = "dns1123subdomain"  # which rule of apimachinery.names metadata.name follows
    create_on_update: bool = False  # PUT makes an object where there is none
    unconditional_update: bool = True  # PUT without a resourceVersion replaces whatever there is
    graceful: bool = False  # deletion waits for somebody (the kubelet) to end the object
    set_defaults: Callable[[Object], None] = _nothing
    prepare_for_create: Callable[[Object], None] = _nothing
    prepare_for_update: Callable[[Object, Object], None] = _nothing_to_update
    validate: Callable[[Object], list[FieldError]] = _no_errors
    validate_update: Callable[[Object, Object], list[FieldError]] = _no_update_errors
    prepare_for_delete: Callable[[Object, str], None] = _nothing_to_delete
    prepare_for_status_update: Callable[[Object, Object], None] = _nothing_to_update
    validate_status_update: Callable[[Object, Object], list[FieldError]] = _no_update_errors
    warnings: Callable[[Object], list[str]] = _no_warnings
    warns_of_updates: bool = True
    sort: Callable[[Object], Any] | None = None
    update_warnings: Callable[[Object], list[str]] | None = None  # where updates are warned of otherwise than creation
    deprecation: str = ""  # a warning that comes with every answer about this kind
    make: Callable[[], list[Object]] | None = None  # of a kind of which none is stored and all are known: makes them
    computed: str = ""  # the extension of the server by which objects are made when asked for; none is stored then
    # A second version of a kind (HorizontalPodAutoscaler v1, events.k8s.io) names the (group, version) its objects are kept in and how
    # to go there and back. Defaults and strategy are the stored kind's; its own are schema, columns, selectable and validation, if any.
    stored_as: tuple[str, str] | None = None
    to_stored: Callable[[Object], Object] = _same
    from_stored: Callable[[Object], Object] = _same
    custom: Custom | None = None  # of the kinds that a CustomResourceDefinition makes
    view: Kind | None = None  # the version that a request speaks, where it is not this one; the API server fills it in

    @property
    def list_kind(self) -> str:
        """`PodList`: the kind of its lists."""
        return self.custom.list_kind if self.custom else f"{self.kind}List"

    @property
    def asked(self) -> Kind:
        """The version that the request speaks: its schema decodes, its name stands in answers."""
        return self.view or self

    def seen_through(self, view: Kind) -> Kind:
        """Return this stored kind as a request for its version `view` works on it; rules of the version's own come first."""
        rules = self if view.validate is _no_errors else view
        return self._replace(view=view, validate=rules.validate, validate_update=rules.validate_update)

    def show(self, obj: Object) -> Object:
        """Return a stored object in the version that was asked for. `obj` is not changed."""
        if self.view is None:
            return obj
        return {**self.view.from_stored(obj), "apiVersion": self.view.api_version, "kind": self.view.kind}

    def keep(self, obj: Object) -> Object:
        """Return an object of the version that was asked for as it is stored."""
        if self.view is None:
            return obj
        return {**self.view.to_stored(obj), "apiVersion": self.api_version, "kind": self.kind}

    def warn_of_update(self, obj: Object) -> list[str]:
        """Return the warnings about an object that was changed."""
        if self.update_warnings is not None:
            return self.update_warnings(obj)
        return self.warnings(obj) if self.warns_of_updates else []

    @property
    def api_version(self) -> str:
        """`v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """The key under which storage holds it: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural
