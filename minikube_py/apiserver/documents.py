"""Answers to paths without a resource, other than health: the version, what is served, and how it is described."""

from __future__ import annotations

from urllib.parse import urlsplit

from minikube_py.apimachinery.errors import NotFound, new_not_allowed
from minikube_py.apiserver.discovery_documents import Served, describe_path, list_paths
from minikube_py.apiserver.negotiation import AGGREGATED, Form, encode, indent
from minikube_py.client.http_message import JSON, PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer


def answer_path(message: HttpRequest, form: Form, served: Served) -> HttpAnswer:
    """Answer a request to a path without a resource. Raises MethodNotAllowed; a path that nobody knows is answered with 404."""
    parts = [part for part in urlsplit(message.target).path.split("/") if part]
    is_read = message.method in ("GET", "HEAD")
    if is_read and form.convert.startswith(AGGREGATED):
        return _answer_aggregated(message, form, served)
    if is_read and parts[:1] == ["openapi"]:
        from minikube_py.apiserver.openapi.documents import answer_openapi

        return answer_openapi(message, served) or make_answer(404, PLAIN_TEXT, b"404 page not found\n")
    try:
        document = describe_path(message.target, served)
        if not is_read:
            raise new_not_allowed()
    except NotFound:
        if parts[0] in ("api", "apis"):
            return make_answer(404, PLAIN_TEXT, b"404 page not found\n")
        return make_answer(404, JSON, indent(encode({"paths": list(list_paths(served))}, Form())))
    if isinstance(document, str):
        return make_answer(200, PLAIN_TEXT, document.encode())
    if "kind" not in document:  # the version and the list of paths are for people
        return make_answer(200, JSON, indent(encode(document, Form())))
    return make_answer(200, form.media_type, encode(document, form))


def _answer_aggregated(message: HttpRequest, form: Form, served: Served) -> HttpAnswer:
    from minikube_py.apiserver import aggregated_discovery
    from minikube_py.apiserver.cached_answers import answer_cached, make_etag

    version = form.convert.rpartition("/")[2]
    body = encode(aggregated_discovery.describe_all(urlsplit(message.target).path, version, served), form)
    return answer_cached(message, aggregated_discovery.CONTENT_TYPE.format(version), body, make_etag(body))
