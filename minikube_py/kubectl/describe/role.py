"""Roles and cluster roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations

Object = dict[str, Any]


class Rule(NamedTuple):
    """A rule for one resource of one group, or for one URL, with the verbs that are allowed."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    def sort_key(self) -> str:
        """Return the text that kubectl sorts by."""
        titles = ("Verbs", "APIGroups", "Resources", "ResourceNames", "NonResourceURLs")
        return "".join(f"{title}:{_format(words)}," for title, words in zip(titles, self, strict=True))


def describe(obj: Object, context: Context) -> None:
    """Write a role: a row for each resource and name."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    writer.write(0, "PolicyRule:\n")
    writer.write(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs\n")
    writer.write(1, "---------\t-----------------\t--------------\t-----\n")
    for cells in make_rows(obj.get("rules") or ()):
        writer.write(1, "\t".join(cells) + "\n")


def make_rows(rules: Iterable[Object]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the cells of a table of rules: resource, URLs, names, verbs; a row for each resource and name, in kubectl's order."""
    for rule in sorted(merge_rules(rules), key=Rule.sort_key):
        yield _format_resource(rule), _format(rule.urls), _format(rule.names), _format(rule.verbs)


def merge_rules(rules: Iterable[Object]) -> list[Rule]:
    """Return a rule for each resource and name with all its verbs, and one for each verb of a URL."""
    merged: dict[Rule, list[str]] = {}
    urls: list[Rule] = []
    for rule in rules:
        for part in _break_down(rule):
            if part.urls:
                urls.append(part)
                continue
            verbs = merged.setdefault(part._replace(verbs=()), [])
            verbs += [verb for verb in part.verbs if verb not in verbs]
    return urls + [rule._replace(verbs=tuple(verbs)) for rule, verbs in merged.items()]


def _break_down(rule: Object) -> Iterator[Rule]:
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in rule.get("verbs") or ():
                for names in _split(rule.get("resourceNames")):
                    yield Rule((verb,), (group,), (resource,), names)
    for url in rule.get("nonResourceURLs") or ():
        for verb in rule.get("verbs") or ():
            yield Rule((verb,), urls=(url,))


def _split(names: Iterable[str] | None) -> list[tuple[str, ...]]:
    """Return each name by itself; no name at all for rules that are not about names."""
    return [(name,) for name in names or ()] or [()]


def _format(words: tuple[str, ...]) -> str:
    return f"[{' '.join(words)}]"


def _format_resource(rule: Rule) -> str:
    """Return `deployments.apps/scale`."""
    if not rule.resources:
        return ""
    resource, slash, subresource = rule.resources[0].partition("/")
    group = f".{rule.groups[0]}" if rule.groups[0] else ""
    return f"{resource}{group}{slash}{subresource}"
