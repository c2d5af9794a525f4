"""Rules for paths of files that stand in volumes, mounts and profiles."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid


def validate_descending_path(path: str, field: str) -> list[FieldError]:
    """Return an error for a path that is absolute or climbs."""
    errors = [invalid(field, path, "must be a relative path")] if path.startswith("/") else []
    return errors + check_no_backsteps(path, field)


def check_no_backsteps(path: str, field: str) -> list[FieldError]:
    """Return an error for a path with a `..` in it."""
    return [invalid(field, path, "must not contain '..'")] if ".." in path.split("/") else []


def validate_file_path(path: str, field: str) -> list[FieldError]:
    """Return an error for a path that is absolute, climbs or begins with two dots, which are the kubelet's."""
    errors = validate_descending_path(path, field)
    if path.startswith("..") and not path.startswith("../"):
        errors.append(invalid(field, path, "must not start with '..'"))
    return errors


def validate_mode(mode: int | None, field: str) -> list[FieldError]:
    """Return an error for permission bits beyond 0777; None is unset."""
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")]
