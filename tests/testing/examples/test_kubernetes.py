from kubernetes import client, config, watch

CONTAINER = client.V1Container(name="web", image="nginx")


def make_pod(name: str) -> client.V1Pod:
    return client.V1Pod(metadata=client.V1ObjectMeta(name=name), spec=client.V1PodSpec(containers=[CONTAINER]))


def test_a_pod_becomes_ready(cluster, kubeconfig):
    with config.new_client_from_config(str(kubeconfig)) as api:
        pods = client.CoreV1Api(api)
        pods.create_namespaced_pod("default", make_pod("web"))
        for event in watch.Watch().stream(pods.list_namespaced_pod, "default", timeout_seconds=20):
            if event["object"].status.phase == "Running":
                break
        assert pods.read_namespaced_pod("web", "default").status.pod_ip
