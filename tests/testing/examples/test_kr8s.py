import kr8s
from kr8s.objects import Deployment

WEB = {
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx"}]},
        },
    },
}


def test_a_deployment_is_scaled(cluster, kubeconfig):
    api = kr8s.api(kubeconfig=str(kubeconfig))
    deployment = Deployment(WEB, api=api)
    deployment.create()
    deployment.wait("condition=Available", timeout=20)
    deployment.scale(3)
    deployment.wait("condition=Available", timeout=20)  # kr8s wants the field below to be there
    deployment.wait("jsonpath='{.status.readyReplicas}'=3", timeout=20)
    assert len(list(api.get("pods", label_selector="app=web"))) == 3
