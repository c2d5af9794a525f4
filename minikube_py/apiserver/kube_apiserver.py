"""The API server: takes requests, finds the kind, answers. One per thread, each with a Store of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import reads, translate
from minikube_py.apiserver.server import ApiServer
from minikube_py.client.request import MASTERS, Request, Response, WatchEvent

if TYPE_CHECKING:
    from minikube_py.apiserver.converting_store import Converter
    from minikube_py.apiserver.custom_resources import CustomResources
    from minikube_py.apiserver.negotiation import Form
    from minikube_py.apiserver.watches import Watch
    from minikube_py.client.http_message import HttpAnswer, HttpRequest

Object = dict[str, Any]
METRICS = "metrics.k8s.io"
STATUS_VERBS = ("get", "update", "patch")
READS = {"get": reads.get, "list": reads.list_objects}


class KubeApiServer(ApiServer):
    """Answers requests."""

    @cached_property
    def custom_resources(self) -> CustomResources:
        """The kinds that CustomResourceDefinitions serve."""
        from minikube_py.apiserver.custom_resources import CustomResources

        return CustomResources(self.store, self._make_converter)

    def _make_converter(self, conversion: Object) -> Converter:
        from minikube_py.apiserver.webhooks.conversion import WebhookConverter

        return WebhookConverter(self, conversion)

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
            if kind.verbs == ("create",):
                return self._answer_at_once(kind, request)
            from minikube_py.apiserver.verbs import find_write
            from minikube_py.apiserver.wire import receive_body

            write = find_write(kind, request)
            if write is None:
                raise errors.new_not_allowed()
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
            from minikube_py.apiserver.admission_of_subresources import admit_connect

            admit_connect(self, self.find_kind(request.group, request.resource, request.version), request, options)

    def negotiate(self, message: HttpRequest) -> Form:
        """Return the form that the answer to an HTTP message takes. Raises NotAcceptable."""
        from minikube_py.apiserver import negotiation

        return negotiation.choose_form(message)

    def parse(self, message: HttpRequest) -> Request | None:
        """Return the request that an HTTP message is, None where its path is not one of resources. Raises StatusError."""
        from minikube_py.apiserver.messages import parse

        return parse(self, message)

    def describe(self, message: HttpRequest, request: Request) -> HttpAnswer:
        """Answer a path that is not one of resources: health, version, discovery. `request` says who asks. Raises Unauthorized, Forbidden."""
        from minikube_py.apiserver import discovery_documents, documents, health
        from minikube_py.apiserver.authentication import issuer

        if request.credentials is not None or MASTERS not in request.user.groups:
            from minikube_py.apiserver.authentication.requests import admit_path

            admit_path(self, request, message.target)
        if (answer := health.answer_health(self, message)) is not None:
            return answer
        if (answer := issuer.answer_issuer(self, message)) is not None:
            return answer
        pages = issuer.PATHS if self.extensions.get("pki") else ()
        served = discovery_documents.Served(self.serves, self.custom_resources.list_kinds, pages)
        return documents.answer_path(message, self.negotiate(message), served)

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
