"""What webhooks said to the parts of one write, to be taken from there when it is tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.kind import Kind

if TYPE_CHECKING:
    from minikube_py.apiserver.admission_attributes import Attributes

Object = dict[str, Any]
_Place = tuple[str, ...]


class Said(NamedTuple):
    """What came of one round of admission: the object, the version of the old one it was about, and warnings to pass on."""

    obj: Object | None
    about: str
    warnings: tuple[str, ...]


class Reinvocation:
    """Which mutating webhooks are asked a second time. Upstream: k8s.io/apiserver/pkg/admission/plugin/webhook/mutating."""

    def __init__(self) -> None:
        self.wanted = self.second_round = False
        self._asked: set[str] = set()
        self._again: set[str] = set()
        self._last: Object | None = None

    def begin(self) -> None:
        """Begin the second round."""
        self.wanted, self.second_round = False, True

    def note_object(self, obj: Object | None) -> None:
        """Take note of the object as it leaves the webhooks, or comes back to them: then who may be asked again is, if it changed."""
        if self.second_round and self._last is not None and obj != self._last:
            self._again |= self._asked
        self._last = deep_copy(obj)

    def note_change(self) -> None:
        """A webhook changed the object: all look again, and those asked before that may be asked again."""
        self._again |= self._asked
        self._asked = set()
        self.wanted = not self.second_round

    def note_asked(self, hook: str) -> None:
        """A webhook was asked that may be asked again."""
        self._asked.add(hook)

    def skips(self, hook: str) -> bool:
        """Return whether a webhook is not asked in this round."""
        return self.second_round and hook not in self._again


class Heard:
    """What webhooks said to the parts of one write. While `listening` they are asked; afterwards what they said is taken from here."""

    def __init__(self) -> None:
        self.listening = True
        self.reinvocation = Reinvocation()
        self.warnings: list[str] = []  # of the phase at hand
        self._said: dict[_Place, Said] = {}
        self._identities: dict[_Place, Object] = {}

    def keep_admitted(self, attributes: Attributes) -> None:
        """Keep the object as mutating admission has left it."""
        self._keep("admit", attributes, deep_copy(attributes.obj))

    def take_admitted(self, attributes: Attributes, warnings: list[str]) -> bool:
        """Change the object to what was kept, if that was about the same one. Return whether it was."""
        said = self._find("admit", attributes)
        if said is None:
            return False
        warnings += said.warnings
        if attributes.obj is not None and said.obj is not None:
            attributes.obj.clear()
            attributes.obj.update(deep_copy(said.obj))
        return True

    def keep_validated(self, attributes: Attributes) -> None:
        """Keep that validating webhooks let the object pass."""
        self._keep("validate", attributes, None)

    def take_validated(self, attributes: Attributes, warnings: list[str]) -> bool:
        """Return whether validating webhooks let it pass."""
        said = self._find("validate", attributes)
        if said is not None:
            warnings += said.warnings
        return said is not None

    def _keep(self, phase: str, attributes: Attributes, obj: Object | None) -> None:
        self._said[_place(phase, attributes)] = Said(obj, _version(attributes), tuple(self.warnings))
        self.warnings = []
        self.reinvocation = Reinvocation()

    def _find(self, phase: str, attributes: Attributes) -> Said | None:
        said = self._said.get(_place(phase, attributes))
        return said if said is not None and said.about == _version(attributes) else None

    def fill_identity(self, kind: Kind, metadata: Object, make: Callable[[], str]) -> str:
        """Give a new object the name, uid and time that it had in the rehearsal; `make` is what gives it new ones."""
        given = (metadata.get("name") or "", metadata.get("generateName") or "")
        place = ("create", kind.resource, metadata.get("namespace", ""), *given)
        if not self.listening and place in self._identities:
            metadata.update(self._identities[place])
            return str(metadata.get("name", ""))
        name = make()
        self._identities[place] = {word: metadata[word] for word in ("name", "uid", "creationTimestamp") if word in metadata}
        return name


def _place(phase: str, attributes: Attributes) -> _Place:
    a = attributes
    return (phase, a.operation, a.kind.resource, a.namespace, a.name, a.subresource)


def _version(attributes: Attributes) -> str:
    return str(attributes.old["metadata"].get("resourceVersion", "")) if attributes.old else ""
