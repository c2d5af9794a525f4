"""The API server: takes requests, finds the kind, answers. One per thread, each with a Store of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import reads, translate
from minikube_py.client.request import APPLY_PATCH, MASTERS, Request, Response, WatchEvent
from minikube_py.component_base.clock import Clock, StoredClock
from minikube_py.storage.sqlite import Store

if TYPE_CHECKING:
    import random

    from minikube_py.apiserver.custom_resources import CustomResources
    from minikube_py.apiserver.extension_points import ExtensionPoints
    from minikube_py.apiserver.negotiation import Form
    from minikube_py.apiserver.watches import Watch
    from minikube_py.apiserver.webhooks.rehearsal import Heard
    from minikube_py.client.http_message import HttpAnswer, HttpRequest

Object = dict[str, Any]
METRICS = "metrics.k8s.io"
STATUS_VERBS = ("get", "update", "patch")
READS = {"get": reads.get, "list": reads.list_objects}


class ApiServer:
    """Answers requests from one Store. `rng` makes uids and name suffixes; without a clock and one it has those of the Store's cluster."""

    def __init__(self, store: Store, clock: Clock | None = None, rng: random.Random | None = None) -> None:
        self.store = store
        self.clock: Clock = clock or StoredClock(lambda: store.read_fact("clock"))
        if rng is not None:
            self.rng = rng
        self.warnings: list[str] = []  # what admission has to say of the request at hand
        self.heard: Heard | None = None  # what webhooks said to the write at hand
        self.is_writing = False  # a write is tried, which can be tried again
        self.extensions: dict[str, Any] = {}  # what cmd plugs in by name: "pki" is the folder of the cluster's keys

    @cached_property
    def rng(self) -> random.Random:
        """Where uids and name suffixes come from; only writes need it."""
        import random

        if seed := self.store.read_fact("seed"):
            from minikube_py.component_base.seeded_random import SeededRandom

            return SeededRandom(seed, self.store.current_revision)
        return random.SystemRandom()

    def find_kind_by_name(self, group: str, version: str, name: str) -> Kind | None:
        """Return the kind called `name` as its objects are stored, None where there is none."""
        found = catalog.find_by_kind(group, name, version)
        if found is not None:
            return catalog.find_stored(found)
        kinds = self.custom_resources.list_kinds()
        return next((k for k in kinds if (k.group, k.version, k.kind) == (group, version, name)), None)

    @cached_property
    def custom_resources(self) -> CustomResources:
        """The kinds that CustomResourceDefinitions serve."""
        from minikube_py.apiserver.custom_resources import CustomResources

        return CustomResources(self.store, self)

    @cached_property
    def extension_points(self) -> ExtensionPoints:
        """The webhooks and policies that are in force."""
        from minikube_py.apiserver.extension_points import ExtensionPoints

        return ExtensionPoints(self.store)

    def now(self) -> float:
        """Return the cluster's time."""
        return self.clock.now()

    def new_uid(self) -> str:
        """Return a new random uid (RFC 4122, version 4)."""
        number = self.rng.getrandbits(128) & ~(0xF << 76 | 0x3 << 62) | (4 << 76 | 0x2 << 62)
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def find_kind(self, group: str, resource: str, version: str) -> Kind:
        """Return the kind served under that path: as it is stored, seen through the version asked for. Raises NotFound."""
        kind = catalog.find_by_resource(group, resource, version)
        if kind is None:
            custom = self.custom_resources.find(group, resource, version) if "." in group else None
            if custom is None:
                raise errors.new_not_served()
            return custom
        return kind if kind.stored_as is None else catalog.find_stored(kind).seen_through(kind)

    def admit(self, request: Request) -> Request:
        """Find out who asks and whether they may; return the request in that user's name. Raises Unauthorized, Forbidden."""
        if request.credentials is not None:
            from minikube_py.apiserver.authentication.requests import identify

            request = identify(self, request)
        if MASTERS not in request.user.groups:
            from minikube_py.apiserver.authorization.requests import check

            check(self.store, request)
        return request

    def handle(self, request: Request) -> Response:
        """Answer one request. Raises StatusError."""
        request = self.admit(request)
        kind = self.find_kind(request.group, request.resource, request.version)
        deprecation = kind.asked.deprecation
        try:
            with self.speaking(kind):
                response = self._answer(kind, request)
        except RecursionError:
            self.warnings.clear()
            raise errors.BadRequest("exceeded max depth") from None
        except errors.StatusError as error:
            self.warnings.clear()
            if deprecation:
                error.warnings = (deprecation, *error.warnings)
            raise
        if request.table and response.object.get("kind") in (kind.kind, kind.list_kind):  # of a write
            from minikube_py.apiserver.table import answer_written

            response = response._replace(object=answer_written(self, kind, response.object, request))
        if kind.view is not None:
            from minikube_py.apiserver.versions import show_answer

            response = response._replace(object=show_answer(kind, response.object))
        if deprecation or self.warnings:
            told, self.warnings = self.warnings, []
            response = response._replace(warnings=(*([deprecation] if deprecation else ()), *response.warnings, *told))
        return response

    @contextmanager
    def speaking(self, kind: Kind) -> Iterator[None]:
        """Let the store hold the objects of a kind in the version that is asked for, if that takes more than a view."""
        if kind.custom is None or not kind.custom.converted:
            yield
            return
        store = self.store
        self.store = self.custom_resources.wrap(kind, store)
        try:
            yield
        finally:
            self.store = store

    def _answer(self, kind: Kind, request: Request) -> Response:
        with translate.storage_errors(kind, request):
            if kind.computed:
                from minikube_py.apiserver import metrics

                return metrics.answer(self, kind, request)
            if request.subresource not in ("", "status"):
                from minikube_py.apiserver import subresources

                return subresources.handle(self, kind, request)
            if request.subresource and not kind.status:
                raise errors.new_not_served()
            if request.verb not in kind.verbs or (request.subresource and request.verb not in STATUS_VERBS):
                raise errors.new_not_allowed()
            read = READS.get(request.verb)
            if read is not None:
                return read(self, kind, request)
            from minikube_py.apiserver import writes
            from minikube_py.apiserver.wire import receive_body

            if kind.verbs == ("create",):
                return self._answer_at_once(kind, request)
            write = writes.VERBS.get(request.verb)
            if write is None:
                raise errors.new_not_allowed()
            if (request.subresource, kind.resource) == ("status", "certificatesigningrequests.certificates.k8s.io"):
                from minikube_py.apiserver.certificate_requests import sign as write
            return write(self, kind, request._replace(body=receive_body(request.body)))

    def _answer_at_once(self, kind: Kind, request: Request) -> Response:
        """Answer the creation of an object that is never kept."""
        if kind.plural == "bindings":
            from minikube_py.apiserver.subresources import bind_named

            return bind_named(self, kind, request)
        from minikube_py.apiserver import reviews

        return reviews.answer(self, kind, request)

    def open_watch(self, request: Request) -> Watch:
        """Begin a watch. Raises Expired when its revision is compacted."""
        from minikube_py.apiserver.watches import Watch

        request = self.admit(request)
        kind = self.find_kind(request.group, request.resource, request.version)
        if kind.computed or "watch" not in kind.verbs:
            raise errors.new_not_allowed()
        with translate.storage_errors(kind, request), self.speaking(kind):
            return Watch(self, kind, request)

    def admit_connect(self, request: Request, options: Mapping[str, Any]) -> None:
        """Let webhooks and policies judge a connection to a pod, service or node. `options` are its parameters. Raises StatusError."""
        if "dryRun" in request.params:
            raise errors.BadRequest("dryRun is not supported")
        if self.extension_points.are_any():
            from minikube_py.apiserver.subresources import admit_connect

            admit_connect(self, self.find_kind(request.group, request.resource, request.version), request, options)

    def negotiate(self, message: HttpRequest) -> Form:
        """Return the form that the answer to an HTTP message takes. Raises NotAcceptable."""
        from minikube_py.apiserver import negotiation

        return negotiation.choose_form(message)

    def parse(self, message: HttpRequest) -> Request | None:
        """Return the request that an HTTP message is, None where its path is not one of resources. Raises StatusError."""
        from minikube_py.apiserver import bodies, list_options, negotiation, paths, write_options

        self.warnings.clear()
        request = paths.parse_path(message.method, message.target)
        if request is None:
            return None
        kind = self._find_kind_of(request)
        if request.subresource == paths.PROXY:
            return request
        negotiation.check_route(message, kind, request.verb)
        if request.verb in ("list", "watch", "deletecollection"):
            list_options.check_numbers(request.params)
        elif request.verb == "get":
            list_options.check_get_options(request.params)
        form = self.negotiate(message)
        negotiation.check_form(form, kind, request.verb)
        body, content_type = bodies.read_body(kind, request, message)
        if message.method == "DELETE" and body is not None:
            body = write_options.decode_delete_options(body)
        elif request.verb in write_options.OPTIONS:
            write_options.check_write_options(request, content_type)
            self._judge_duplicates(kind, request, message, content_type)
        params = dict(request.params)
        manager = negotiation.manager_of(message)
        if manager and content_type != APPLY_PATCH and request.verb in ("create", "update", "patch"):
            params.setdefault("fieldManager", manager)
        table = form.convert == negotiation.TABLE
        return request._replace(body=body, content_type=content_type, params=params, table=table)

    def _find_kind_of(self, request: Request) -> Kind:
        """Return the kind at a request's path. Raises NotFound, MethodNotAllowed."""
        from minikube_py.apiserver import paths
        from minikube_py.apiserver.subresource_kinds import SUBRESOURCES

        if "%" in request.name:
            raise errors.BadRequest(f"Name parameter invalid: \"{request.name}\": may not contain '%'")
        try:
            kind = self.find_kind(request.group, request.resource, request.version)
        except errors.NotFound:
            raise paths.nothing_at(any(kind.group == request.group for kind in catalog.list_kinds())) from None
        paths.check_scope(kind, request)
        if request.subresource:
            if request.subresource not in kind.subresources or request.verb == "watch":
                raise errors.new_not_found(kind.group, kind.plural, request.name) if kind.custom else errors.new_not_served()
            if request.verb not in SUBRESOURCES[request.subresource][1]:
                raise (
                    errors.new_method_not_supported(kind.group, kind.plural, request.verb)
                    if kind.custom
                    else errors.new_not_allowed()
                )
        return kind

    def _judge_duplicates(self, kind: Kind, request: Request, message: HttpRequest, content_type: str) -> None:
        """Warn of fields that stand in a JSON body twice, or refuse them, as is asked for. Raises BadRequest."""
        validation = request.params.get("fieldValidation") or "Warn"
        if content_type != "application/json" or validation == "Ignore" or not message.body.startswith(b"{"):
            return
        from minikube_py.apimachinery.decode import strict_error
        from minikube_py.apiserver.bodies import find_expected, list_duplicates

        duplicates = list_duplicates(message.body)
        if duplicates and validation == "Strict":
            version, name = find_expected(kind, request)
            raise strict_error(name, version, duplicates)
        self.warnings.extend(duplicates)

    def describe(self, message: HttpRequest, request: Request) -> HttpAnswer:
        """Answer a path that is not one of resources: health, version, discovery. `request` says who asks. Raises Unauthorized, Forbidden."""
        from minikube_py.apiserver import discovery_documents, health

        if request.credentials is not None or MASTERS not in request.user.groups:
            from minikube_py.apiserver.authentication.requests import admit_path

            admit_path(self, request, message.target)
        if (answer := health.answer_health(self, message)) is not None:
            return answer
        served = discovery_documents.Served(self.serves, self.custom_resources.list_kinds)
        return discovery_documents.answer_path(message, self.negotiate(message), served)

    def serves(self, group: str) -> bool:
        """Return whether a group of built-in kinds is served: metrics.k8s.io is only where something is known of them."""
        if group != METRICS:
            return True
        from minikube_py.apiserver import metrics

        return metrics.is_served(self)

    def encode(self, answer: Object, form: Form | None) -> bytes:
        """Return an answer as it goes over HTTP, as compact JSON without a `form`."""
        from minikube_py.apiserver import negotiation

        return negotiation.encode(answer, form or negotiation.Form())

    def encode_event(self, event: WatchEvent, form: Form) -> bytes:
        """Return an event of a watch as it stands in the stream of that form."""
        from minikube_py.apiserver import negotiation

        return negotiation.encode_event(event, form)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make the requests handled inside one commit; a request that fails undoes only itself."""
        if self.store.in_transaction:
            yield
            return
        with self.store.transaction():
            yield
