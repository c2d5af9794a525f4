"""The index of kinds says the same as the kind files."""

import pytest

from minikube_py.apimachinery.schema import load
from minikube_py.apimachinery.validation_meta import NAME_RULES
from minikube_py.apis.catalog import ENTRIES, Entry, load_kind


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.module)
def test_line_agrees_with_the_kind_file(entry: Entry) -> None:
    kind = load_kind(entry)
    said = (entry.group, entry.version, entry.kind, entry.names, entry.categories)
    assert said == (kind.group, kind.version, kind.kind, (kind.plural, kind.singular, *kind.short_names), kind.categories)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.module)
def test_kind_names_a_schema_and_a_rule_for_names_that_exist(entry: Entry) -> None:
    kind = load_kind(entry)
    assert {"metadata", "kind"} <= load(kind.schema).fields.keys()
    assert kind.validate_name in NAME_RULES


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.module)
def test_status_subresource_is_offered_where_the_kind_has_a_status(entry: Entry) -> None:
    kind = load_kind(entry)
    assert kind.status == ("status" in kind.subresources)
