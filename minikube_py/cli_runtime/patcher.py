"""The three-way merge of client-side apply: what was applied last, what is applied now, and what is there.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import Conflict, Invalid, StatusError
from minikube_py.apimachinery.patch.errors import PatchConflict, PatchError
from minikube_py.cli_runtime.deletion import delete, wait_until_gone
from minikube_py.cli_runtime.errors import CliError, add_source
from minikube_py.cli_runtime.last_applied import encode_go, get_original
from minikube_py.cli_runtime.local_patch import find_schema
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.selected import format_info
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH, STRATEGIC_MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
ATTEMPTS = 6  # the first, and five more after conflicts
FIVE_MINUTES = 300.0


class Force(NamedTuple):
    """How an object that cannot be patched is deleted and made anew."""

    policy: str
    grace_period: int
    timeout: float


class Patcher:
    """Patches objects to what a manifest says. `force` says how to replace one that cannot be patched.

    With `open_api` a patch that cannot be computed is warned of before it is an error: kubectl tries with each of the server's
    two descriptions of its types before it falls back on its own.
    """

    def __init__(
        self, factory: Factory, writer: Writer, *, overwrite: bool = True, force: Force | None = None, open_api: bool = True
    ) -> None:
        self._factory, self._writer = factory, writer
        self._overwrite, self._force, self._open_api = overwrite, force, open_api

    def make_patch(self, info: Info, modified: Object, current: Object) -> tuple[Object, str]:
        """Return the patch and its content type; an empty one where nothing differs. Raises CliError."""
        original: Object = json.loads(get_original(current) or "{}")
        schema = find_schema(info.resource)
        try:
            if schema is not None:
                from minikube_py.apimachinery.patch.strategic import create_three_way_merge_patch as merge_strategically

                patch = merge_strategically(original, modified, current, schema, self._overwrite)
                return patch, STRATEGIC_MERGE_PATCH
        except PatchError as error:
            why = _describe(error)
            for description in ("openapi v3", "openapi") if self._open_api else ():
                self._factory.warn(f"warning: error calculating patch from {description} spec: {why}")
            texts = [encode_go(obj, sort_keys=True) + "\n" for obj in (modified, current)]
            told = "creating patch with:\noriginal:\n{}\nmodified:\n{}\ncurrent:\n{}\nfor:: {}"
            failed = CliError(told.format(get_original(current) or "", *texts, why))
            raise _explain(info, "", failed) from error
        from minikube_py.apimachinery.patch.merge import create_three_way_merge_patch

        return create_three_way_merge_patch(original, modified, current), MERGE_PATCH

    def patch(self, info: Info, modified: Object, current: Object) -> tuple[Object, bool]:
        """Patch an object and return it as stored, and whether it changed. Raises StatusError, CliError."""
        for attempt in range(1, ATTEMPTS + 1):
            patch, content_type = self.make_patch(info, modified, current)
            if not patch:
                return current, False
            try:
                return self._writer.patch(info, patch, content_type), True
            except StatusError as error:
                if isinstance(error, Conflict) and attempt < ATTEMPTS and "resourceVersion" not in patch.get("metadata", {}):
                    current = self._writer.get(info)
                    continue
                if isinstance(error, Conflict | Invalid) and self._force is not None:
                    return self._replace(info, modified, current), True
                raise _explain(info, encode_go(patch, sort_keys=True), error) from error
        raise AssertionError("the last attempt returns or raises")

    def _replace(self, info: Info, modified: Object, current: Object) -> Object:
        """Delete and create, putting the old object back where the new one is refused."""
        assert self._force is not None
        uid = delete(self._writer, info, self._force.policy, self._force.grace_period)
        wait_until_gone(self._factory, info, uid, self._factory.clock.now() + (self._force.timeout or FIVE_MINUTES))
        try:
            return self._writer.create(info, modified)
        except StatusError:
            metadata = {key: value for key, value in current["metadata"].items() if key not in ("resourceVersion", "uid")}
            self._writer.create(info, {**current, "metadata": metadata})
            raise


def _explain(info: Info, patch: str, error: StatusError | CliError) -> Exception:
    """Return the error as apply tells it: with the patch, and the object that it was for."""
    told = add_source(error, "patching", info.source)
    return add_source(told, f"applying patch:\n{patch}\nto:\n{format_info(info)}\nfor:", info.source)


def _describe(error: PatchError) -> str:
    if not isinstance(error, PatchConflict):
        return str(error)
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    patch, changed = encode_yaml(error.patch), encode_yaml(error.changed)
    return f"patch:\n{patch}\nconflicts with changes made from original to current:\n{changed}\n"
