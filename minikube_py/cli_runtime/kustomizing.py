"""-k: the objects that a kustomization makes, as documents like those of -f."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.manifests import Manifest, read_manifests

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def check_file_flags(flags: Parsed) -> None:
    """Refuse -k beside -f and -R. Raises CliError, AggregateError."""
    problems: list[Exception] = []
    folder = flags.values.get("kustomize")
    if flags["filename"] and folder:
        problems.append(CliError("only one of -f or -k can be specified"))
    if folder and flags["recursive"]:
        problems.append(CliError("the -k flag can't be used with -f or -R"))
    if problems:
        raise problems[0] if len(problems) == 1 else AggregateError(problems)


def read_kustomization(factory: Factory, folder: str) -> Iterator[Manifest]:
    """Yield the documents of a build; their source is the folder. Raises CliError."""
    from minikube_py.apimachinery.yaml_load import ManifestError, load_documents
    from minikube_py.cli_runtime.kustomize.build import build, encode_resources
    from minikube_py.cli_runtime.kustomize.errors import KustomizeError

    try:
        text = encode_resources(build(folder, factory.warn, lambda message: log_message(factory, message)))
        for document in load_documents(text.encode(), folder):
            yield Manifest(document.object, folder)
    except KustomizeError as error:
        raise CliError(str(error).removesuffix("\n")) from error
    except ManifestError as error:
        raise CliError(str(error)) from error


def read_all(factory: Factory, flags: Parsed) -> Iterator[Manifest]:
    """Yield the documents of -f, or of -k. Raises CliError."""
    check_file_flags(flags)
    if flags.values.get("kustomize"):
        return read_kustomization(factory, flags["kustomize"])
    return read_manifests(flags["filename"], flags["recursive"], factory.streams.stdin)


def log_message(factory: Factory, message: str) -> None:
    """Write what a build tells, in the form of kubectl's log."""
    from minikube_py.cli_runtime.klog import write_log

    write_log(factory, "I", 245, message, "log.go")
