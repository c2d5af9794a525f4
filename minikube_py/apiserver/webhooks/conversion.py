"""Conversion of custom resources from one version into another: their apiVersion, or what a webhook makes of them.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import codec, errors
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apiserver.transactions import WebhooksNotAsked
from minikube_py.apiserver.webhooks import https

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
GROUP = "apiextensions.k8s.io"
VERSIONS = ("v1", "v1beta1")
SECONDS = 30
MAX_KEPT = 2048
_CONVERTED = ("labels", "annotations")  # all that a webhook may change of metadata


class WebhookConverter:
    """Converts objects of one definition; what was converted once is kept. `conversion` is the definition's spec.conversion."""

    def __init__(self, server: ApiServer, conversion: Object) -> None:
        self._server, self._conversion = server, conversion
        self._kept: OrderedDict[bytes, Object] = OrderedDict()

    def convert(self, objects: list[Object], api_version: str) -> list[Object]:
        """Return objects in a version. Raises StatusError; WebhooksNotAsked in a transaction that has to end first."""
        if self._conversion.get("strategy") != "Webhook":
            return [{**obj, "apiVersion": api_version} for obj in objects]
        missing = [obj for obj in objects if obj.get("apiVersion") != api_version and _key(obj, api_version) not in self._kept]
        if missing:
            self._ask(missing, api_version)
        return [self._find(obj, api_version) for obj in objects]

    def convert_one(self, obj: Object, api_version: str) -> Object:
        """Return an object in a version. Raises what `convert` does."""
        return self.convert([obj], api_version)[0]

    def _find(self, obj: Object, api_version: str) -> Object:
        if obj.get("apiVersion") == api_version:
            return obj
        converted = deep_copy(self._kept[_key(obj, api_version)])
        metadata = {key: value for key, value in obj["metadata"].items() if key not in _CONVERTED}
        own = converted.get("metadata") or {}
        return {**converted, "metadata": metadata | {key: own[key] for key in _CONVERTED if own.get(key)}}

    def _ask(self, objects: list[Object], api_version: str) -> None:
        server = self._server
        if server.is_writing and server.store.in_transaction and not (server.heard and server.heard.listening):
            raise WebhooksNotAsked
        with server.store.released():
            converted = self._call(objects, api_version)
        for obj, other in zip(objects, converted, strict=True):
            self._kept[_key(obj, api_version)] = other
        while len(self._kept) > MAX_KEPT + len(objects):
            self._kept.popitem(last=False)

    def _call(self, objects: list[Object], api_version: str) -> list[Object]:
        first = objects[0]
        who = f"conversion webhook for {first['apiVersion']}, Kind={first['kind']}"
        webhook, uid = self._conversion.get("webhook") or {}, self._server.new_uid()
        version = next((v for v in webhook.get("conversionReviewVersions") or () if v in VERSIONS), "")
        if not version:
            raise errors.StatusError("no supported conversion review versions")
        request = {"uid": uid, "desiredAPIVersion": api_version, "objects": objects}
        review = {"kind": "ConversionReview", "apiVersion": f"{GROUP}/{version}", "request": request}
        call = self._server.extensions.get("call_conversion") or https.post
        try:
            answer = call(webhook.get("clientConfig") or {}, review, SECONDS, self._server.extensions.get("dial_service"))
            converted = _read(answer, uid, version)
        except (https.CallFailed, ValueError) as error:
            raise errors.StatusError(f"{who} failed: {error}") from error
        if len(converted) != len(objects):
            raise errors.StatusError(f"{who} returned {len(converted)} objects, expected {len(objects)}")
        for index, (obj, other) in enumerate(zip(objects, converted, strict=True)):
            if why := _find_fault(obj, other, api_version):
                raise errors.StatusError(f"{who} returned invalid converted object at index {index}: {why}")
        return converted


def _key(obj: Object, api_version: str) -> bytes:
    """Return what a conversion depends on: not what of metadata is another at each write."""
    metadata = obj.get("metadata") or {}
    kept = {key: metadata.get(key) for key in ("name", "namespace", *_CONVERTED)}
    return codec.encode([api_version, {**obj, "metadata": kept}])


def _read(answer: Object, uid: str, version: str) -> list[Object]:
    wanted, got = f"{GROUP}/{version}, Kind=ConversionReview", f"{answer.get('apiVersion')}, Kind={answer.get('kind')}"
    if wanted != got:
        raise ValueError(f"expected webhook response of {wanted}, got {got}")
    response = answer.get("response")
    if not isinstance(response, dict):
        raise ValueError("no response provided")
    if version == "v1" and response.get("uid") != uid:
        quoted = codec.encode(str(response.get("uid") or "")).decode()
        raise ValueError(f'expected response.uid="{uid}", got {quoted}')
    result = response.get("result") or {}
    if result.get("status") != "Success":
        raise ValueError(result.get("message") or f"response.result.status was '{result.get('status') or ''}', not 'Success'")
    return [obj if isinstance(obj, dict) else {} for obj in response.get("convertedObjects") or ()]


def _find_fault(obj: Object, other: Object, api_version: str) -> str:
    if other.get("apiVersion") != api_version:
        return f"invalid groupVersion (expected {api_version}, received {other.get('apiVersion') or ''})"
    if other.get("kind") != obj["kind"]:
        return f"invalid kind (expected {obj['kind']}, received {other.get('kind') or ''})"
    for field, word in (("name", "name"), ("namespace", "namespace"), ("uid", "UID")):
        before, after = (one["metadata"].get(field) or "" for one in (obj, {"metadata": {}, **other}))
        if before != after:
            return f"must have the same {word}: {before} != {after}"
    return ""
