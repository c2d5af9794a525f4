"""The official client: typed and dynamic, watches, patches of all kinds, leader election."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

PATIENCE = 20
LABELS = {"app": "web"}


@pytest.fixture
def api(cluster, kubeconfig):
    with config.new_client_from_config(str(kubeconfig)) as made:
        yield made


@pytest.fixture
def core(api):
    return client.CoreV1Api(api)


def make_map(name, **data):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=LABELS), data=data)


def make_deployment():
    container = client.V1Container(name="web", image="nginx", ports=[client.V1ContainerPort(container_port=80)])
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=LABELS), spec=client.V1PodSpec(containers=[container])
    )
    spec = client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=LABELS), template=template)
    return client.V1Deployment(metadata=client.V1ObjectMeta(name="web"), spec=spec)


def test_objects_are_created_read_replaced_and_deleted(core):
    made = core.create_namespaced_config_map("default", make_map("one", a="1"))
    made.data["b"] = "2"
    assert core.replace_namespaced_config_map("one", "default", made).data == {"a": "1", "b": "2"}
    with pytest.raises(client.ApiException) as stale:
        core.replace_namespaced_config_map("one", "default", made)
    assert (stale.value.status, stale.value.reason) == (409, "Conflict")
    core.delete_namespaced_config_map("one", "default")
    with pytest.raises(client.ApiException) as gone:
        core.read_namespaced_config_map("one", "default")
    assert gone.value.status == 404


def test_lists_come_in_pages_and_by_labels(core):
    for number in range(5):
        core.create_namespaced_config_map("default", make_map(f"map-{number}"))
    names, token = [], None
    while token != "":
        page = core.list_namespaced_config_map("default", label_selector="app=web", limit=2, _continue=token)
        names += [item.metadata.name for item in page.items]
        token = page.metadata._continue or ""
    assert names == [f"map-{number}" for number in range(5)]
    assert core.delete_collection_namespaced_config_map("default", label_selector="app=web").status != "Failure"
    assert not core.list_namespaced_config_map("default", label_selector="app=web").items


@pytest.mark.parametrize(
    ("content_type", "patch", "data"),
    [
        ("application/json-patch+json", [{"op": "replace", "path": "/data/a", "value": "2"}], {"a": "2"}),
        ("application/merge-patch+json", {"data": {"a": None, "b": "2"}}, {"b": "2"}),
        ("application/strategic-merge-patch+json", {"data": {"b": "2"}}, {"a": "1", "b": "2"}),
    ],
    ids=["json", "merge", "strategic"],
)
def test_patches_of_all_kinds(core, content_type, patch, data):
    core.create_namespaced_config_map("default", make_map("one", a="1"))
    assert core.patch_namespaced_config_map("one", "default", patch, _content_type=content_type).data == data


def test_server_side_apply(core):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": {"a": "1"}}
    options = {"_content_type": "application/apply-patch+yaml", "field_manager": "me"}
    assert core.patch_namespaced_config_map("one", "default", body, **options).data == {"a": "1"}
    other = {**body, "data": {"a": "2"}}
    with pytest.raises(client.ApiException) as conflict:
        core.patch_namespaced_config_map("one", "default", other, **{**options, "field_manager": "you"})
    assert conflict.value.status == 409
    assert core.patch_namespaced_config_map("one", "default", other, force=True, **options).data == {"a": "2"}


def test_a_watch_goes_on_from_a_list(core):
    version = core.list_namespaced_config_map("default").metadata.resource_version
    core.create_namespaced_config_map("default", make_map("one"))
    core.delete_namespaced_config_map("one", "default")
    seen = []
    watcher = watch.Watch()
    for event in watcher.stream(
        core.list_namespaced_config_map, "default", label_selector="app=web", resource_version=version, timeout_seconds=PATIENCE
    ):
        seen.append((event["type"], event["object"].metadata.name))
        if event["type"] == "DELETED":
            watcher.stop()
    assert seen == [("ADDED", "one"), ("DELETED", "one")]


def test_a_deployment_is_rolled_out_and_scaled(api, core):
    apps = client.AppsV1Api(api)
    apps.create_namespaced_deployment("default", make_deployment())
    apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 3}})
    for event in watch.Watch().stream(apps.list_namespaced_deployment, "default", timeout_seconds=PATIENCE):
        if event["object"].status.ready_replicas == 3:
            break
    assert apps.read_namespaced_deployment_scale("web", "default").status.replicas == 3
    assert len(core.list_namespaced_pod("default", label_selector="app=web").items) == 3


def test_the_dynamic_client(api, tmp_path):
    maps = dynamic.DynamicClient(api, cache_file=str(tmp_path / "discovered")).resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": {"a": "1"}}
    made = maps.create(body=body, namespace="default")
    assert made.data.a == "1"
    events = maps.watch(namespace="default", name="one", timeout=PATIENCE)
    assert next(iter(events))["object"].metadata.name == "one"
    applied = maps.server_side_apply({**body, "data": {"b": "2"}}, "one", "default", field_manager="me", force_conflicts=True)
    assert applied.data.to_dict() == {"a": "1", "b": "2"}
    assert maps.delete(name="one", namespace="default").status == "Success"


def test_manifests_are_created_from_files(api, core, tmp_path: Path):
    file = tmp_path / "all.yaml"
    file.write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: team}\ndata: {a: '1'}\n"
    )
    utils.create_from_yaml(api, str(file))
    assert core.read_namespaced_config_map("one", "team").data == {"a": "1"}


def test_custom_objects(api, cluster):
    extensions = client.ApiextensionsV1Api(api)
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"size": {"type": "integer"}}}}
    version = client.V1CustomResourceDefinitionVersion(name="v1", served=True, storage=True, schema=schema)
    names = client.V1CustomResourceDefinitionNames(kind="Widget", plural="widgets", singular="widget")
    spec = client.V1CustomResourceDefinitionSpec(group="example.com", names=names, scope="Namespaced", versions=[version])
    metadata = client.V1ObjectMeta(name="widgets.example.com")
    extensions.create_custom_resource_definition(client.V1CustomResourceDefinition(metadata=metadata, spec=spec))
    cluster.wait("crd/widgets.example.com", "Established")
    custom = client.CustomObjectsApi(api)
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "small"}, "size": 1}
    place = ("example.com", "v1", "default", "widgets")
    custom.create_namespaced_custom_object(*place, body)
    assert custom.patch_namespaced_custom_object(*place, "small", {"size": 2})["size"] == 2
    assert [item["size"] for item in custom.list_namespaced_custom_object(*place)["items"]] == [2]


def test_one_of_two_leads_until_it_gives_up(api, kubeconfig):
    """The second gets the lease when the first one's is over."""
    config.load_kube_config(str(kubeconfig))  # the lock has no other way to its API
    led, first_leads = [], threading.Event()

    def lead(name, goes):
        def start():
            led.append(name)
            goes.set()
            raise InterruptedError(name)  # the way to end it: no longer at work, so no longer leading

        lock = LeaseLock("leader", "default", name)
        settings = electionconfig.Config(lock, 2, 1.5, 1, onstarted_leading=start, onstopped_leading=lambda: None)
        leaderelection.LeaderElection(settings).run()

    second_leads = threading.Event()
    for name, goes in (("first", first_leads), ("second", second_leads)):
        candidate = threading.Thread(target=lead, args=(name, goes), daemon=True)
        candidate.start()
        assert goes.wait(PATIENCE)
        candidate.join(PATIENCE)
    assert led == ["first", "second"]
    assert client.CoordinationV1Api(api).read_namespaced_lease("leader", "default").spec.holder_identity == "second"


def test_access_is_asked_for(api):
    review = client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(
            resource_attributes=client.V1ResourceAttributes(namespace="default", verb="delete", resource="pods")
        )
    )
    assert client.AuthorizationV1Api(api).create_self_subject_access_review(review).status.allowed


def test_a_service_account_token_is_who_it_says(api, core, cluster):
    core.create_namespaced_service_account("default", client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="robot")))
    request = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=[]))
    token = core.create_namespaced_service_account_token("robot", "default", request).status.token
    settings = client.Configuration()
    settings.host, settings.ssl_ca_cert = cluster.url, api.configuration.ssl_ca_cert
    settings.api_key = {"authorization": f"Bearer {token}"}
    with client.ApiClient(settings) as robot, pytest.raises(client.ApiException) as refused:
        client.CoreV1Api(robot).list_namespaced_pod("default")
    assert refused.value.status == 403
    assert 'User \\"system:serviceaccount:default:robot\\" cannot list resource' in refused.value.body
