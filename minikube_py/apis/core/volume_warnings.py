"""What the API server warns of in a pod's volumes: files that come to lie upon one another."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apis.kind import Object

_OLD_VOLUMES = {  # by the name in the warning
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageOS": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "ephemeral": "",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
Place = tuple[str, str]
"""A path, and the source it is from, "" where the volume has one source only."""


def warn_of_volumes(volumes: list[Object], field: str) -> Iterator[str]:
    """Yield a warning for each source that is going or gone, and the warnings about claims that are made for the pod."""
    from minikube_py.apis.core.claim_validation import warn_of_claim_spec

    for index, volume in enumerate(volumes):
        for kind, text in _OLD_VOLUMES.items():
            source = volume.get("storageos" if kind == "storageOS" else kind)
            if source is not None and text:
                yield f"{field}[{index}].{kind}: {text}"
            elif source and (template := source.get("volumeClaimTemplate")) is not None:
                yield from warn_of_claim_spec(
                    template.get("spec") or {}, f"{field}[{index}].ephemeral.volumeClaimTemplate.spec"
                )


def warn_of_overlaps(volumes: list[Object]) -> Iterator[str]:
    """Yield a warning for each two paths of a volume of which one hides the other, or lies in it."""
    for volume in volumes:
        for what, places in _list_places(volume):
            for one, other in _find_overlaps(places):
                yield f'volume "{volume["name"]}" ({what}): overlapping paths: {_format(one)} with {_format(other)}'


def _list_places(volume: Object) -> Iterator[tuple[str, list[Place]]]:
    for key, what, name in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        if source := volume.get(key):
            yield f'{what} "{source.get(name, "")}"', _list_items(source, "")
    if source := volume.get("downwardAPI"):
        yield "DownwardAPI", _list_items(source, "")
    if source := volume.get("projected"):
        yield "Projected", list(_list_projected(source.get("sources") or []))


def _list_items(source: Object, where: str) -> list[Place]:
    return [(item["path"], where) for item in source.get("items") or ()]


def _list_projected(sources: list[Object]) -> Iterator[Place]:
    """Yield the paths of all sources; one that names no items repeats those of the source before it, as in 1.33."""
    places: list[Place] = []
    for source in sources:
        for key, what in (("configMap", "ConfigMap"), ("secret", "Secret")):
            if (source.get(key) or {}).get("items"):
                places = _list_items(source[key], f'{what} "{source[key].get("name", "")}"')
        if source.get("downwardAPI"):
            places = _list_items(source["downwardAPI"], "DownwardAPI")
        if source.get("serviceAccountToken"):
            places = [(source["serviceAccountToken"]["path"], "ServiceAccountToken")]
        yield from places


def _find_overlaps(places: list[Place]) -> Iterator[tuple[Place, Place]]:
    seen: list[Place] = []
    for path, where in places:
        one = (path.rstrip("/"), where)
        for other in seen:
            a, b = f"{one[0]}/", f"{other[0]}/"
            if a.startswith(b) or b.startswith(a):
                yield one, other
        seen.append(one)


def _format(place: Place) -> str:
    path, where = place
    return f'"{path}" ({where})' if where else f'"{path}"'
