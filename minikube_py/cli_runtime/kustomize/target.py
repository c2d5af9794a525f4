"""The build of one kustomization: its resources are gathered, those of others below it too, then generated ones; then all are changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize import origins, plugins
from minikube_py.cli_runtime.kustomize.accumulator import Accumulator
from minikube_py.cli_runtime.kustomize.config import load_config
from minikube_py.cli_runtime.kustomize.crds import load_crds
from minikube_py.cli_runtime.kustomize.errors import KustomizeError, MalformedYAML
from minikube_py.cli_runtime.kustomize.generators import generate, merge_options
from minikube_py.cli_runtime.kustomize.kustomization import COMPONENT, Kustomization, read_kustomization
from minikube_py.cli_runtime.kustomize.loader import Loader, RemoteRefused
from minikube_py.cli_runtime.kustomize.reading import read_file, read_resources
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.transformers import list_transformers
from minikube_py.cli_runtime.kustomize.variables import add_variables, describe_all

Object = dict[str, Any]
Warn = Callable[[str], None]


class Reports(NamedTuple):
    """What all kustomizations of a build share: whom deprecated fields are told to, and whether charts were asked for."""

    warn: Warn
    helm: bool = False


class Target:
    """One kustomization. `build_metadata` and `folder` (its path from the first one's) are for telling origins."""

    def __init__(self, loader: Loader, reports: Reports, build_metadata: Sequence[str] | None = None, folder: str = "") -> None:
        self.loader, self.reports, self.folder = loader, reports, folder
        self.kustomization: Kustomization = read_kustomization(loader, reports.warn)
        own = self.kustomization.list("buildMetadata")
        self.build_metadata = own if build_metadata is None else build_metadata

    def accumulate(self, so_far: Accumulator | None = None) -> Accumulator:
        """Return what the kustomization makes, on top of its parent's resources where it is a component. Raises KustomizeError."""
        fields, acc = self.kustomization.fields, so_far or Accumulator()
        try:
            self._add_resources(acc, self.kustomization.list("resources"))
        except KustomizeError as error:
            raise error.wrap("accumulating resources") from error
        acc.config = acc.config.merge(load_config(self.loader, self.kustomization.list("configurations")))
        acc.config = acc.config.merge(self._load_crds())
        self._generate(acc)
        acc = self._add_components(acc)
        self._transform(acc)
        self._validate(acc)
        try:
            add_variables(acc.variables, acc.resources, fields.get("vars") or ())
        except KustomizeError as error:
            raise error.wrap(f"merging vars {describe_all(fields.get('vars') or ())}") from error
        return acc

    def _load_crds(self) -> Any:
        paths = self.kustomization.list("crds")
        try:
            return load_crds(self.loader, paths)
        except KustomizeError as error:
            raise error.wrap(f"loading CRDs [{' '.join(paths)}]") from error

    def _add_resources(self, acc: Accumulator, paths: Sequence[str]) -> None:
        for path in paths:
            try:
                self._add_file(acc, path)
            except RemoteRefused:
                raise
            except KustomizeError as error:
                self._add_folder(acc, path, error)

    def _add_file(self, acc: Accumulator, path: str) -> None:
        try:
            resources = read_file(self.loader.load(path), path)
            self._set_origin(resources, path)
            ResMap().append_all(resources)
        except KustomizeError as error:
            raise error.wrap(f"accumulating resources from '{path}'") from error
        try:
            acc.resources.append_all(resources)
        except KustomizeError as error:
            raise error.wrap(f"merging resources from '{path}'") from error

    def _set_origin(self, resources: Sequence[Resource], path: str) -> None:
        for resource in resources if self.build_metadata else ():
            resource.origin = origins.file_origin(self.folder, path)

    def _add_folder(self, acc: Accumulator, path: str, why_no_file: KustomizeError) -> None:
        prefix = f"accumulation err='{why_no_file}'"
        try:
            loader = self.loader.descend(path)
        except KustomizeError as error:
            if isinstance(why_no_file, MalformedYAML):
                raise why_no_file from error
            raise error.wrap(prefix) from error
        try:
            self._merge(acc, self._accumulate_folder(loader, path), loader)
        except KustomizeError as error:
            raise error.wrap(prefix) from error

    def _merge(self, acc: Accumulator, made: Accumulator, loader: Loader) -> None:
        try:
            acc.merge(made)
        except KustomizeError as error:
            raise error.wrap(f"recursed merging from path '{loader.root}'") from error

    def _accumulate_folder(self, loader: Loader, path: str, parent: Accumulator | None = None) -> Accumulator:
        """Return what another kustomization makes; with `parent`, one that is a component. Raises KustomizeError."""
        folder = origins.file_origin(self.folder, path)["path"] if self.build_metadata else ""
        try:
            target = Target(loader, self.reports, self.build_metadata, folder)
        except KustomizeError as error:
            raise error.wrap(f"couldn't make target for path '{loader.root}'") from error
        check_openapi(target)
        if parent is not None and not target.kustomization.is_component:
            kind = target.kustomization.fields["kind"]
            raise KustomizeError(f"expected kind '{COMPONENT}' for path '{loader.root}' but got '{kind}'")
        if parent is None and target.kustomization.is_component:
            raise KustomizeError(f"expected kind != '{COMPONENT}' for path '{loader.root}'")
        try:
            return target.accumulate(parent)
        except KustomizeError as error:
            raise error.wrap(f"recursed accumulation of path '{loader.root}'") from error

    def _add_components(self, acc: Accumulator) -> Accumulator:
        for path in self.kustomization.list("components"):
            try:
                loader = self.loader.descend(path)
            except KustomizeError as error:
                raise KustomizeError(f"accumulating components: loader.New {_quote(error)}") from error
            try:
                made = self._accumulate_folder(loader, path, acc)
                acc = Accumulator()
                self._merge(acc, made, loader)
            except KustomizeError as error:
                raise KustomizeError(f"accumulating components: accumulateDirectory: {_quote(error)}") from error
        return acc

    def _generate(self, acc: Accumulator) -> None:
        general = self.kustomization.fields.get("generatorOptions")
        made: list[tuple[str, Resource]] = []
        for kind, field in (("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")):
            for args in self.kustomization.list(field):
                options = merge_options(args.get("options"), general)
                made.append((f"{kind}Generator", generate(self.loader, kind, {**args, "options": options})))
        plugins.refuse_helm(self.kustomization, enabled=self.reports.helm)
        for kind, resource in made:
            if self.build_metadata:
                resource.origin = origins.configured_origin(self.folder, self.kustomization.file_name, kind)
            plugins.absorb(acc.resources, resource)
        plugins.run_generators(lambda: self._load_plugin_configs("generators"), self.loader, acc)

    def _transform(self, acc: Accumulator) -> None:
        own = list_transformers(self.kustomization, acc.config, self.loader)
        others = plugins.make_transformers(self._load_plugin_configs("transformers"), self.loader)
        for transformer in own:
            transformer.transform(acc.resources)
            if self.build_metadata:
                origin = origins.configured_origin(self.folder, self.kustomization.file_name, transformer.kind)
                origins.note_transformation(acc.resources, origin)
            acc.resources.drop_empty()
        for plugin, transform in others:
            transform(acc.resources)
            origins.note_transformation(acc.resources, origins.plugin_origin(plugin))
            acc.resources.drop_empty()

    def _validate(self, acc: Accumulator) -> None:
        for _, transform in plugins.make_transformers(self._load_plugin_configs("validators"), self.loader):
            before = [json.dumps(resource.obj, sort_keys=True) for resource in acc.resources]
            transform(acc.resources)
            if before != [json.dumps(resource.obj, sort_keys=True) for resource in acc.resources]:
                raise KustomizeError("validator shouldn't modify the resource map")

    def _load_plugin_configs(self, field: str) -> ResMap:
        """Return the configs of plugins that a field names: written in place, or in files and folders. Raises KustomizeError."""
        acc, paths = Accumulator(), []
        for entry in self.kustomization.list(field):
            try:
                resources = read_resources(entry)
            except KustomizeError:
                paths.append(entry)
                continue
            self._set_origin(resources, self.kustomization.file_name)
            acc.resources.append_all(resources)
        self._add_resources(acc, paths)
        return acc.resources


def check_openapi(target: Target) -> None:
    """Refuse what `openapi` says that cannot be. Raises KustomizeError."""
    fields = target.kustomization.fields.get("openapi") or {}
    if "path" in fields:
        target.loader.load(fields["path"])
        if "version" in fields:
            raise KustomizeError("builtin version and custom schema provided, cannot use both")
    elif fields.get("version") not in (None, "", "v1.21.2"):
        raise KustomizeError("the specified OpenAPI version is not built in")


def _quote(error: Exception) -> str:
    return json.dumps(str(error), ensure_ascii=False)
