"""Goes through the objects of manifests, past those that fail: the visitors of k8s.io/cli-runtime's resource package."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.kustomizing import check_file_flags, read_kustomization
from minikube_py.cli_runtime.manifests import Manifest, list_sources, read_source
from minikube_py.cli_runtime.object_metadata import judge_metadata
from minikube_py.cli_runtime.resource_builder import Info, flatten, has_files, make_info
from minikube_py.cli_runtime.suggestions import suggest_fields, suggest_space

Object = dict[str, Any]
Show = Callable[[], None] | None

BATCH_SIZE = 100
BATCH_SECONDS = 0.05
NO_FILES = "must specify one of -f and -k"


def require_files(flags: Parsed) -> None:
    """Raise CliError where neither -f nor -k was given, or both."""
    if not has_files(flags):
        raise CliError(NO_FILES)
    check_file_flags(flags)


def visit(factory: Factory, infos: Iterable[Info | Exception], act: Callable[[Info], Show]) -> int:
    """Do `act` for each object and return for how many it went well. Raises what went wrong at the end, past the others.

    Objects are written in batches: one commit for up to 100 of them or 50 ms, where the transport can. What `act` returns is
    called after the commit, so nothing is told that could still be undone.
    """
    problems: list[Exception] = []
    count = 0
    source = iter(infos)
    batch = nullcontext if factory.flags.values.get("local") else factory.connection.transport.batch
    while chunk := list(islice(source, BATCH_SIZE)):
        problems += [item for item in chunk if isinstance(item, Exception)]
        todo = deque(item for item in chunk if not isinstance(item, Exception))
        while todo:
            with batch() if len(todo) > 1 else nullcontext():
                shows = _act_for_a_while(factory, todo, act, problems)
            count += _show_all(shows, problems)
    raise_all(problems)
    return count


def _show_all(shows: list[Callable[[], None]], problems: list[Exception]) -> int:
    """Tell of each object, past those of which it cannot be told; return of how many it could."""
    count = 0
    for show in shows:
        try:
            show()
            count += 1
        except CliError as error:
            problems.append(error)
    return count


def _act_for_a_while(
    factory: Factory, todo: deque[Info], act: Callable[[Info], Show], problems: list[Exception]
) -> list[Callable[[], None]]:
    end = factory.clock.now() + BATCH_SECONDS
    shows: list[Callable[[], None]] = []
    while todo:
        info = todo.popleft()
        try:
            shows.append(act(info) or _show_nothing)
        except (StatusError, CliError, AggregateError) as error:
            problems.append(suggest_fields(factory, info, error))
        if factory.clock.now() >= end:
            break
    return shows


def _show_nothing() -> None:
    pass


def raise_all(problems: list[Exception]) -> None:
    """Raise the one problem as it is, several as an AggregateError; none: return."""
    if problems:
        raise problems[0] if len(problems) == 1 else AggregateError(problems)


def visit_files(
    factory: Factory, flags: Parsed, validation: str = "", *, selecting: bool = True, local: bool = False
) -> Iterator[Info | Exception]:
    """Return the objects of -f, -k and -R that --selector chooses, and the error in place of one that makes no sense.

    Raises CliError at once where a file is not there. `validation` is Strict or Warn where kubectl looks at types before it
    decodes; the texts differ. Without `selecting`, --selector means something else to the verb. With `local`, no cluster is asked.
    """
    how = _Reading(validation, _make_predicate(flags.values.get("selector") or "" if selecting else ""), local)
    check_file_flags(flags)
    if folder := flags.values.get("kustomize"):
        return _visit_sources(factory, [folder], partial(read_kustomization, factory), how)
    sources = list_sources(flags["filename"], flags["recursive"])
    return _visit_sources(factory, sources, lambda source: read_source(source, factory.streams.stdin), how)


class _Reading(NamedTuple):
    """How documents become objects: see visit_files."""

    validation: str
    predicate: Callable[[Object], bool]
    local: bool


def _visit_sources(
    factory: Factory, sources: list[str], read: Callable[[str], Iterator[Manifest]], how: _Reading
) -> Iterator[Info | Exception]:
    for source in sources:
        try:
            for document in read(source):
                yield from _visit_document(factory, document, how)
        except CliError as error:
            yield suggest_space(factory, source, error)


def _make_predicate(selector: str) -> Callable[[Object], bool]:
    if not selector:
        return lambda obj: True
    from minikube_py.apimachinery.labels import parse_selector

    try:
        parsed = parse_selector(selector)
    except ValueError as error:
        raise CliError(str(error)) from error
    return lambda obj: parsed.matches((obj.get("metadata") or {}).get("labels") or {})


def _visit_document(factory: Factory, document: Manifest, how: _Reading) -> Iterator[Info | Exception]:
    problems = check_types(document.object) if how.validation in ("Strict", "Warn") else []
    if problems:
        what = problems[0] if len(problems) == 1 else "[" + ", ".join(problems) + "]"
        advice = "if you choose to ignore these errors, turn validation off with --validate=false"
        yield CliError(f'error validating "{document.source}": error validating data: {what}; {advice}')
        return
    if not isinstance(document.object, dict):
        kind = {list: "array", str: "string", bool: "bool"}.get(type(document.object), "number")
        why = f"json: cannot unmarshal {kind} into Go value of type unstructured.detector"
        yield CliError(f'unable to decode "{document.source}": {why}')
        return
    for obj in flatten(document.object):
        if not isinstance(obj, dict):
            kind = {list: "array", str: "string", bool: "bool"}.get(type(obj), "number")
            why = f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
            yield CliError(f'unable to decode "{document.source}": {why}')
            continue
        if why := judge_metadata(obj):
            yield CliError(f'unable to decode "{document.source}": {why}')
            continue
        try:
            info = make_info(factory, obj, document.source, local=how.local)
        except CliError as error:
            yield error
            continue
        if how.predicate(obj):
            yield info


def check_types(obj: Any) -> list[str]:
    """Return what is wrong with the types that a manifest says it is of, before anything is looked up."""
    if not isinstance(obj, dict):
        return ["invalid object to validate"]
    problems = _check_type(obj.get("apiVersion"), "apiVersion") + _check_type(obj.get("kind"), "kind")
    if problems or (obj["apiVersion"], obj["kind"]) != ("v1", "List"):
        return problems
    items = obj.get("items")
    return [p for item in items for p in check_types(item)] if isinstance(items, list) else ["invalid object to validate"]


def _check_type(value: Any, name: str) -> list[str]:
    if value is None:
        return [f"{name} not set"]
    if not isinstance(value, str):
        return [f"{name} isn't string type"]
    if name == "apiVersion" and value.count("/") > 1:
        return [f"unexpected GroupVersion string: {value}"]
    return []
