"""The fields of kustomization.yaml and of what stands in them."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.kustomize.fields import (
    ANY,
    BOOL,
    INT,
    INT64,
    PAIRS,
    STRING,
    STRINGS,
    ListOf,
    MapOf,
    Scalar,
    Struct,
)

_GVK = dict.fromkeys(("group", "version", "kind"), STRING)
_RES_ID = {**_GVK, "name": STRING, "namespace": STRING}
_IN_GVK = dict.fromkeys(_GVK, "Gvk.")
_IN_ID = {**dict.fromkeys(_GVK, "ResId.Gvk."), "name": "ResId.", "namespace": "ResId."}

SELECTOR = Struct("Selector", {**_RES_ID, "annotationSelector": STRING, "labelSelector": STRING}, pointer=True, embedded=_IN_ID)
FIELD_SPEC = Struct("FieldSpec", {**_GVK, "path": STRING, "create": BOOL}, embedded=_IN_GVK)
_OPTIONS = Struct(
    "GeneratorOptions", {"labels": PAIRS, "annotations": PAIRS, "disableNameSuffixHash": BOOL, "immutable": BOOL}, pointer=True
)
_GENERATOR: dict[str, Any] = {
    **dict.fromkeys(("namespace", "name", "behavior", "env"), STRING),
    **dict.fromkeys(("literals", "files", "envs"), STRINGS),
    "options": _OPTIONS,
}
_SOURCES = ("literals", "files", "envs", "env")
_IN_ARGS = {name: "GeneratorArgs." + "KvPairSources." * (name in _SOURCES) for name in _GENERATOR}
CONFIG_MAP_ARGS = Struct("ConfigMapArgs", _GENERATOR, embedded=_IN_ARGS)
SECRET_ARGS = Struct("SecretArgs", {**_GENERATOR, "type": STRING}, embedded=_IN_ARGS)
IMAGE = Struct("Image", dict.fromkeys(("name", "newName", "tagSuffix", "newTag", "digest"), STRING))
REPLICA = Struct("Replica", {"name": STRING, "count": INT64})
PATCH = Struct("Patch", {"path": STRING, "patch": STRING, "target": SELECTOR, "options": MapOf(BOOL)})
LABEL = Struct("Label", {"pairs": PAIRS, "includeSelectors": BOOL, "includeTemplates": BOOL, "fields": ListOf(FIELD_SPEC)})
_FIELD_OPTIONS = Struct("FieldOptions", {"delimiter": STRING, "index": INT, "encoding": STRING, "create": BOOL}, pointer=True)
_SOURCE = Struct("SourceSelector", {**_RES_ID, "fieldPath": STRING, "options": _FIELD_OPTIONS}, pointer=True, embedded=_IN_ID)
_TARGET = Struct(
    "TargetSelector",
    {"select": SELECTOR, "reject": ListOf(SELECTOR), "fieldPaths": STRINGS, "options": _FIELD_OPTIONS},
    pointer=True,
)
REPLACEMENT = Struct("Replacement", {"source": _SOURCE, "targets": ListOf(_TARGET)})
REPLACEMENT_FIELD = Struct(
    "ReplacementField", {**REPLACEMENT.fields, "path": STRING}, embedded=dict.fromkeys(REPLACEMENT.fields, "Replacement.")
)
_VAR = Struct(
    "Var",
    {
        "name": STRING,
        "objref": Struct("Target", {**_RES_ID, "apiVersion": STRING}, embedded=_IN_GVK),
        "fieldref": Struct("FieldSelector", {"fieldPath": STRING}),
    },
)
SORT_OPTIONS = Struct(
    "SortOptions",
    {
        "order": STRING,
        "legacySortOptions": Struct("LegacySortOptions", {"orderFirst": STRINGS, "orderLast": STRINGS}, pointer=True),
    },
    pointer=True,
)
_HELM_GLOBALS = Struct("HelmGlobals", {"chartHome": STRING, "configHome": STRING}, pointer=True)
_HELM_CHART = Struct(
    "HelmChart",
    {
        **dict.fromkeys(
            ("name", "version", "repo", "releaseName", "namespace", "valuesFile", "valuesMerge", "kubeVersion", "nameTemplate"),
            STRING,
        ),
        **dict.fromkeys(("includeCRDs", "skipHooks", "skipTests", "debug"), BOOL),
        **dict.fromkeys(("additionalValuesFiles", "apiVersions"), STRINGS),
        "valuesInline": MapOf(ANY),
    },
)
_HELM_ARGS = Struct(
    "HelmChartArgs",
    {
        **dict.fromkeys(
            (
                "chartName",
                "chartVersion",
                "chartRepoUrl",
                "chartHome",
                "chartRepoName",
                "helmBin",
                "helmHome",
                "values",
                "valuesMerge",
                "releaseName",
                "releaseNamespace",
            ),
            STRING,
        ),
        "valuesLocal": MapOf(ANY),
        "extraArgs": STRINGS,
    },
)
OBJECT_META = Struct("ObjectMeta", {"name": STRING, "namespace": STRING, "labels": PAIRS, "annotations": PAIRS}, pointer=True)

PATCH_TEXT = Scalar("string", "types.PatchStrategicMerge")

KUSTOMIZATION = Struct(
    "Kustomization",
    {
        **dict.fromkeys(("kind", "apiVersion", "namePrefix", "nameSuffix", "namespace"), STRING),
        **dict.fromkeys(
            (
                "resources",
                "components",
                "crds",
                "bases",
                "configurations",
                "generators",
                "transformers",
                "validators",
                "buildMetadata",
            ),
            STRINGS,
        ),
        **dict.fromkeys(("openapi", "commonLabels", "commonAnnotations"), PAIRS),
        "metadata": OBJECT_META,
        "labels": ListOf(LABEL),
        "patchesStrategicMerge": ListOf(PATCH_TEXT),
        "patchesJson6902": ListOf(PATCH),
        "patches": ListOf(PATCH),
        "images": ListOf(IMAGE),
        "imageTags": ListOf(IMAGE),
        "replacements": ListOf(REPLACEMENT_FIELD),
        "replicas": ListOf(REPLICA),
        "vars": ListOf(_VAR),
        "sortOptions": SORT_OPTIONS,
        "configMapGenerator": ListOf(CONFIG_MAP_ARGS),
        "secretGenerator": ListOf(SECRET_ARGS),
        "helmGlobals": _HELM_GLOBALS,
        "helmCharts": ListOf(_HELM_CHART),
        "helmChartInflationGenerator": ListOf(_HELM_ARGS),
        "generatorOptions": _OPTIONS,
    },
    embedded={"kind": "TypeMeta.", "apiVersion": "TypeMeta."},
)
