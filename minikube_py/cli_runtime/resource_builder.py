"""From what was typed to objects: `-f`/`-k`/`-R`, `TYPE NAME...`, `TYPE/NAME`, `-l`, `--all`. k8s.io/cli-runtime's resource.Builder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import BadRequest, NotFound, StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.client.discovery import NoSuchKind, ResourceInfo
from minikube_py.client.resources import NAMESPACES
from minikube_py.client.rest import Client

Object = dict[str, Any]

FILENAME_FLAGS: tuple[Flag, ...] = (
    flag("filename", "f", kind="slice", help="File, folder or URL of manifests; - is stdin"),
    flag("kustomize", "k", help="Folder with a kustomization.yaml"),
    flag("recursive", "R", False, "Go into sub-folders of -f"),
)

MISSING_RESOURCE = (
    "You must provide one or more resources by argument or filename.\n"
    "Example resource specifications include:\n"
    "   '-f rsrc.yaml'\n"
    "   '--filename=rsrc.json'\n"
    "   '<resource> <name>'\n"
    "   '<resource>'"
)


class Info(NamedTuple):
    """One object that a command is about. `object` is None until somebody gets it; `source` is the file it came from.

    `defaulted` says that the namespace is the command's, for the file names none.
    """

    resource: ResourceInfo
    namespace: str
    name: str
    object: Object | None = None
    source: str = ""
    defaulted: bool = False
    local: bool = False  # of a file, and the cluster was not asked about it

    def check_namespace(self) -> None:
        """Raise CliError where the object's namespace is not known because all of them are meant (`--all-namespaces`)."""
        if self.defaulted:
            group, _, version = self.resource.api_version.rpartition("/")
            raise CliError(f'no namespace set on resource {group}/{version}, Resource={self.resource.plural} "{self.name}"')

    def label(self) -> str:
        """Return `deployment.apps/web`, as messages name an object."""
        return f"{self.resource.qualified_kind}/{self.name}"


class Selection(NamedTuple):
    """What was typed, parsed but not looked up: `types` with `names` (or all of them), or pairs, or files."""

    types: tuple[ResourceInfo, ...] = ()
    names: tuple[str, ...] = ()
    pairs: tuple[tuple[ResourceInfo, str], ...] = ()
    files: tuple[str, ...] = ()


def select(factory: Factory, args: Sequence[str], *, command: str = "get") -> Selection:
    """Parse resource arguments. Raises CliError in kubectl's words, NoSuchResource."""
    if not args:
        return Selection()
    words = split_types(args[0])
    if len(words) > 1 and len(args) > 1:  # a,b c stands for a/c b/c
        args = [f"{word}/{name}" for word in words for name in args[1:]]
    if any("/" in a for a in args):
        return Selection(pairs=tuple(_parse_pairs(factory, args)))
    types: list[ResourceInfo] = []
    for word in words:
        category = factory.discovery.list_category(word)
        types += [t for t in category or [factory.discovery.find(word)] if t not in types]
    return Selection(types=tuple(types), names=tuple(args[1:]))


def split_types(word: str) -> list[str]:
    """Return the types of `pods,services`, each once."""
    return list(dict.fromkeys(word.split(",")))


def _parse_pairs(factory: Factory, args: Sequence[str]) -> Iterator[tuple[ResourceInfo, str]]:
    for arg in args:
        kind, slash, name = arg.partition("/")
        if not slash:
            raise CliError(
                "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
                "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
            )
        if "/" in name:
            raise CliError("arguments in resource/name form may not have more than one slash")
        if not kind or not name or len(split_types(kind)) > 1:
            raise CliError("arguments in resource/name form must have a single resource and name")
        yield factory.discovery.find(kind), name


def namespace_for(factory: Factory, resource: ResourceInfo) -> str:
    """Return the namespace that a resource's requests go to, "" for cluster-scoped ones."""
    return factory.namespace if resource.namespaced else ""


def read_selectors(flags: Parsed) -> tuple[str, str]:
    """Return --selector and --field-selector, "" where not given."""
    return (flags.values.get("selector") or "").strip(), (flags.values.get("field-selector") or "").strip()


def check_selection(selection: Selection, *, everywhere: bool, selecting: bool) -> None:
    """Refuse names beside -A, or beside a selector or --all (`selecting`). Raises CliError."""
    if selecting and selection.names:
        raise CliError("name cannot be provided when a selector is specified")
    if selecting and selection.pairs:
        raise CliError("selectors and the all flag cannot be used when passing resource/name arguments")
    if selection.names and len(selection.types) > 1:
        raise CliError("you must specify only one resource")
    named = [resource for resource, _ in selection.pairs] or (selection.types if selection.names else [])
    if everywhere and any(resource.namespaced for resource in named):
        raise CliError("a resource cannot be retrieved by name across all namespaces")


def check_no_arguments(factory: Factory, flags: Parsed, args: Sequence[str]) -> None:
    """Refuse arguments beside -f, where its files are there. Raises CliError."""
    if not args:
        return
    from minikube_py.cli_runtime.manifests import list_sources

    list_sources(flags.values.get("filename") or (), bool(flags.values.get("recursive")))
    if select(factory, args).pairs:
        raise CliError("resource/name arguments cannot be provided when a path is specified")
    raise CliError("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well")


def explain_list_error(error: StatusError, resource: ResourceInfo, selector: str, fields: str) -> StatusError:
    """Return an error about a list that says of which, where it was not found or the selectors were refused."""
    if not isinstance(error, BadRequest | NotFound):
        return error
    subject = format_resource(resource)
    if selector or fields:
        where = f'Unable to find "{subject}" that match label selector "{selector}", field selector "{fields}"'
    else:
        where = f'Unable to list "{subject}"'
    return error.behind(f"{where}: ")


def get_object(client: Client, resource: ResourceInfo, name: str, namespace: str) -> Object:
    """Return one object as it is in the cluster. Raises StatusError; NotFound is about the namespace where that is not there."""
    try:
        return client.get(resource.resource, name, namespace)
    except NotFound as error:
        raise explain_not_found(client, error, namespace) from None


def explain_not_found(client: Client, error: NotFound, namespace: str) -> StatusError:
    """Return the error that the namespace is not there, where it is so; else the given one."""
    if namespace in ("", "default"):
        return error
    try:
        client.get(NAMESPACES, namespace)
    except NotFound as missing:
        return missing
    except StatusError:
        pass  # whoever may not read namespaces is told of the object
    return error


def format_resource(resource: ResourceInfo) -> str:
    """Return `apps/v1, Resource=deployments`, as Go prints a GroupVersionResource."""
    return f"{resource.group}/{resource.version}, Resource={resource.plural}"


def has_files(flags: Parsed) -> bool:
    """Return whether -f or -k was given."""
    return bool(flags.values.get("filename") or flags.values.get("kustomize"))


def flatten(obj: Object) -> Iterator[Object]:
    """Yield an object, or the items of a List (of Lists)."""
    if isinstance(obj, dict) and isinstance(obj.get("items"), list) and str(obj.get("kind", "")).endswith("List"):
        for item in obj["items"]:
            yield from flatten(item)
    else:
        yield obj


def make_info(factory: Factory, obj: Object, source: str, *, local: bool = False) -> Info:
    """Return the Info of a manifest's object. Raises CliError where it does not say what it is, or its namespace is not the given one.

    With `local`, any kind will do, and the namespace is what the object says.
    """
    if not obj.get("kind") or not isinstance(obj["kind"], str) or not isinstance(obj.get("apiVersion") or "", str):
        raise CliError(f"unable to decode \"{source}\": Object 'Kind' is missing in '{_compact(obj)}'")
    if not obj.get("apiVersion"):
        raise CliError(f"unable to decode \"{source}\": Object 'apiVersion' is missing in '{_compact(obj)}'")
    if local:
        return _make_local_info(factory, obj, source)
    try:
        resource = factory.discovery.find_kind(str(obj["apiVersion"]), str(obj["kind"]))
    except NoSuchKind as error:
        name = (obj.get("metadata") or {}).get("name", "")
        namespace = (obj.get("metadata") or {}).get("namespace") or ""
        raise CliError(
            f'resource mapping not found for name: "{name}" namespace: "{namespace}" from "{source}": {error}\nensure CRDs are installed first'
        ) from error
    except StatusError as error:
        raise _explain_no_discovery(factory, error, source) from error
    metadata = obj.get("metadata") or {}
    obj = {**obj, "metadata": metadata}
    namespace = ""
    if resource.namespaced:
        namespace = metadata.get("namespace") or factory.namespace
        _check_namespace(factory, namespace)
        obj["metadata"] = {**metadata, "namespace": namespace}
    elif "namespace" in metadata:
        obj["metadata"] = {key: value for key, value in metadata.items() if key != "namespace"}
    defaulted = resource.namespaced and not metadata.get("namespace")
    return Info(resource, namespace, str(metadata.get("name") or ""), obj, source, defaulted)


def _explain_no_discovery(factory: Factory, error: StatusError, source: str) -> CliError:
    """Return the error of a manifest whose kind could not be asked for. Where kubectl judges it, it asks for the server's OpenAPI document first."""
    if factory.flags.values.get("validate", "false") in ("false", "ignore"):
        return CliError(error.behind(f'unable to recognize "{source}": ').message)
    why = error.behind("failed to download openapi: ").message.replace("/api?", "/openapi/v2?")
    hint = "if you choose to ignore these errors, turn validation off with --validate=false"
    return CliError(f'error validating "{source}": error validating data: {why}; {hint}')


def _check_namespace(factory: Factory, namespace: str) -> None:
    if factory.explicit_namespace and namespace != factory.namespace:
        raise CliError(
            f'the namespace from the provided object "{namespace}" does not match the namespace "{factory.namespace}". '
            f"You must pass '--namespace={namespace}' to perform this operation."
        )


def _make_local_info(factory: Factory, obj: Object, source: str) -> Info:
    from minikube_py.client.discovery import LocalDiscovery

    api_version, kind = obj["apiVersion"], obj["kind"]
    metadata = obj.get("metadata") or {}
    namespace = metadata.get("namespace") or ""
    try:
        resource = LocalDiscovery().find_kind(api_version, kind)
    except NoSuchKind:
        group, _, version = api_version.rpartition("/")
        resource = ResourceInfo(group, version, f"{kind.lower()}s", kind.lower(), kind, bool(namespace))
    if namespace:
        _check_namespace(factory, namespace)
    return Info(resource, namespace, str(metadata.get("name") or ""), {**obj, "metadata": metadata}, source, local=True)


def _compact(obj: Object) -> str:
    import json

    return json.dumps(obj, separators=(",", ":"), sort_keys=True)


def fetch(factory: Factory, selection: Selection, flags: Parsed) -> Iterator[Info]:
    """Yield the selected objects as they are in the cluster. `flags` may have selector, field-selector, all, all-namespaces."""
    client = factory.client()
    for resource, name in selection.pairs or [(t, n) for n in selection.names for t in selection.types]:
        namespace = namespace_for(factory, resource)
        yield Info(resource, namespace, name, get_object(client, resource, name, namespace))
    if selection.pairs or selection.names:
        return
    for resource in selection.types:
        namespace = "" if flags.values.get("all-namespaces") else namespace_for(factory, resource)
        found = client.list(
            resource.resource, namespace, flags.values.get("selector") or "", flags.values.get("field-selector") or ""
        )
        for obj in found["items"]:
            obj.setdefault("apiVersion", resource.api_version)
            obj.setdefault("kind", resource.kind)
            yield Info(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"], obj)


def each(infos: Iterator[Info]) -> Iterator[Info | StatusError]:
    """Yield objects, and in place of one that cannot be had the error, going on with the next where the source allows."""
    while True:
        try:
            yield next(infos)
        except StopIteration:
            return
        except StatusError as error:
            yield error
            return


def get_named(factory: Factory, words: Sequence[str], default_type: str = "pods") -> Info:
    """Return the one object that `NAME`, `TYPE/NAME` or `TYPE NAME` stands for, as it is in the cluster. Raises CliError, StatusError."""
    if len(words) == 1 and "/" not in words[0]:
        words = (default_type, words[0])
    infos = list(fetch(factory, select(factory, words), factory.flags))
    if len(infos) != 1:
        raise CliError("expected a resource")
    return infos[0]
