"""Storage's errors in the API's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.client.request import Request
from minikube_py.storage import interface as storage

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"
_WORDS = {"uid": "UID", "resourceVersion": "ResourceVersion"}


@contextmanager
def storage_errors(kind: Kind, request: Request) -> Iterator[None]:
    """Turn errors of storage raised inside into StatusErrors about the requested object."""
    try:
        yield
    except storage.Missing as error:
        raise errors.new_not_found(kind.group, kind.plural, request.name or str(error)) from error
    except storage.Exists as error:
        raise errors.new_already_exists(kind.group, kind.plural, str(error)) from error
    except storage.RevisionMismatch as error:
        raise errors.new_conflict(kind.group, kind.plural, request.name, MODIFIED) from error
    except storage.Compacted as error:
        raise errors.Expired(str(error)) from error
    except storage.Ahead as error:
        raise errors.new_too_large_resource_version(error.asked, error.current) from error
    except storage.TooLarge as error:
        raise errors.StatusError(str(error)) from error
    except storage.Full as error:
        raise errors.InternalError(f"Internal error occurred: {error}") from error


def describe_mismatch(kind: Kind, request: Request, field: str, wanted: str, actual: str) -> str:
    """Return why an object that is to have another uid or resourceVersion is not changed: the text of Kubernetes' storage layer."""
    folder = "/".join(part for part in (kind.group, kind.plural, request.namespace, request.name) if part)
    word = _WORDS[field]
    return (
        f"StorageError: invalid object, Code: 4, Key: /registry/{folder}, ResourceVersion: 0, AdditionalErrorMsg: "
        f"Precondition failed: {word} in precondition: {wanted}, {word} in object meta: {actual}"
    )
