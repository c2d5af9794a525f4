"""Why a patch cannot be computed or applied, and what the API server answers then."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors

REJECTED = "the server rejected our request due to an error in our request"
"""The text of a patch that is well formed and cannot be applied; the cause is not told."""


class PatchError(ValueError):
    """A patch that makes no sense. `code` is the HTTP status the API server answers with."""

    code = 500


class BadPatchFormat(PatchError):
    """A directive of the wrong shape."""

    code = 400


class UnsupportedPatch(PatchError):
    """A patch the merge rules do not cover, such as lists of lists."""

    code = 422


class PatchConflict(PatchError):
    """A three-way `patch` that would undo some of what was `changed` in the live object since it was last applied."""

    code = 409

    def __init__(self, patch: dict[str, Any], changed: dict[str, Any]) -> None:
        super().__init__("the patch conflicts with changes made from original to current")
        self.patch, self.changed = patch, changed


def to_status_error(error: PatchError) -> errors.StatusError:
    """Return the error the API server answers with when a patch sent to it fails with `error`."""
    if error.code == 400:
        return errors.BadRequest(str(error))
    if error.code == 422:
        return errors.Invalid(REJECTED, {})
    return errors.StatusError(str(error))
