"""Makes sure that an image is on the node before its container starts: pull policy, back-off and the events of a pull."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from minikube_py.apimachinery.duration import format_seconds
from minikube_py.client.backoff import Backoff
from minikube_py.component_base.clock import Clock
from minikube_py.kubelet.images.catalogue import Image
from minikube_py.kubelet.images.reference import InvalidImageName
from minikube_py.kubelet.interfaces import Images, Object

Record = Callable[[str, str, str], None]
SHOWN_SECONDS = 2.0
"""How long a failed pull shows as ErrImagePull before it becomes ImagePullBackOff."""


class ImageError(Exception):
    """An image cannot be had. `reason` is the waiting reason; `retry_at` when to try again (None: as any failed start)."""

    def __init__(self, reason: str, message: str, retry_at: float | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_at = retry_at


class _Failure(NamedTuple):
    message: str
    at: float


class ImageManager:
    """The images of one node. `present` holds those that were pulled, by their full reference."""

    def __init__(self, images: Images, clock: Clock) -> None:
        self.present: dict[str, Image] = {}
        self._images = images
        self._clock = clock
        self._backoff = Backoff()
        self._failures: dict[str, _Failure] = {}

    def seed(self, names: list[str]) -> None:
        """Take in the names that the node's status lists, so that a restarted daemon knows its images."""
        for name in names:
            image = self.find(name) if "@" not in name else None
            if image is not None:
                self.present[image.reference] = image

    def find(self, name: str) -> Image | None:
        """Return what is known of an image, without pulling it."""
        try:
            return self._images.resolve(name)
        except InvalidImageName:
            return None

    def ensure_image_exists(self, pod: Object, container: Object, record: Record) -> Image:
        """Return the image of a container, pulled if its policy asks for it. Raises ImageError."""
        name, policy = container["image"], container.get("imagePullPolicy", "IfNotPresent")
        try:
            image = self._images.resolve(name)
        except InvalidImageName as error:
            record("Warning", "InspectFailed", str(error))
            raise ImageError("InvalidImageName", str(error)) from error
        present = image is not None and image.reference in self.present
        if image is not None and present and policy != "Always":
            record("Normal", "Pulled", f'Container image "{name}" already present on machine')
            return image
        if policy == "Never":
            text = f'Container image "{name}" is not present with pull policy of Never'
            record("Warning", "ErrImageNeverPull", text)
            raise ImageError("ErrImageNeverPull", text)
        return self._pull(f"{pod['metadata']['uid']}_{name}", name, image, record)

    def forget(self, pod_uid: str) -> None:
        """Drop the back-offs of a pod that is gone."""
        self._backoff.forget(f"{pod_uid}_")
        self._failures = {key: value for key, value in self._failures.items() if not key.startswith(f"{pod_uid}_")}

    def _pull(self, key: str, name: str, image: Image | None, record: Record) -> Image:
        now = self._clock.now()
        failure = self._failures.get(key)
        remaining = self._backoff.get_remaining(key, self._backoff.get_updated(key), now)
        if failure is not None and remaining > 0:
            text = f'Back-off pulling image "{name}"'
            record("Normal", "BackOff", text)
            raise ImageError("ImagePullBackOff", f"{text}: ErrImagePull: {failure.message}", now + remaining)
        record("Normal", "Pulling", f'Pulling image "{name}"')
        if image is None:
            message = self._images.pull_error(name)
            record("Warning", "Failed", f'Failed to pull image "{name}": {message}')
            self._backoff.next(key, now)
            self._failures[key] = _Failure(message, now)
            raise ImageError("ErrImagePull", message, now + SHOWN_SECONDS)
        self._failures.pop(key, None)
        self.present[image.reference] = image
        took = format_seconds(max(round(self._clock.now() - now, 3), 0.001))
        text = f'Successfully pulled image "{name}" in {took} ({took} including waiting). Image size: {image.size} bytes.'
        record("Normal", "Pulled", text)
        return image
