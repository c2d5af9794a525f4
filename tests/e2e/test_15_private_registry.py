"""Walk-through 15: secrets for a registry, and an image that nobody has."""

from __future__ import annotations

import base64
import json

from tests.e2e.shell import Shell, events_of, read_table

IMAGE = "mydomain:5000/team/program:1.0"


def read_secret(cluster: Shell) -> object:
    (secret,) = read_table(cluster.out("kubectl get secret regcred"))
    assert (secret["TYPE"], secret["DATA"]) == ("kubernetes.io/dockerconfigjson", "1")
    return json.loads(base64.b64decode(cluster.out(r"kubectl get secret regcred -o 'jsonpath={.data.\.dockerconfigjson}'")))


def test_a_secret_from_a_login_file(cluster: Shell) -> None:
    login = {"auths": {"mydomain:5000": {"auth": base64.b64encode(b"me:secret").decode()}}}
    (cluster.directory / "config.json").write_text(json.dumps(login))
    said = cluster.out(
        "kubectl create secret generic regcred --from-file=.dockerconfigjson=config.json --type=kubernetes.io/dockerconfigjson"
    )
    assert said == "secret/regcred created\n"
    assert read_secret(cluster) == login
    assert cluster.out("kubectl delete secret regcred") == 'secret "regcred" deleted\n'


def test_a_secret_from_its_parts(cluster: Shell) -> None:
    said = cluster.out(
        "kubectl create secret docker-registry regcred --docker-server=mydomain:5000 "
        "--docker-username=me --docker-password=secret --docker-email=me@example.com"
    )
    assert said == "secret/regcred created\n"
    auth = base64.b64encode(b"me:secret").decode()
    entry = {"username": "me", "password": "secret", "email": "me@example.com", "auth": auth}
    assert read_secret(cluster) == {"auths": {"mydomain:5000": entry}}


def test_an_image_that_nobody_has(cluster: Shell) -> None:
    cluster.out("kubectl apply -f private-image.yaml")
    cluster.wait_for("kubectl get pod private-image", "ErrImagePull|ImagePullBackOff")
    (pod,) = read_table(cluster.wait_for("kubectl get pod private-image", "ImagePullBackOff"))
    assert (pod["READY"], pod["RESTARTS"]) == ("0/1", "0")
    events = events_of(cluster, "private-image")
    assert ("Normal", "Pulling", f'Pulling image "{IMAGE}"') in events
    assert ("Warning", "Failed", "Error: ErrImagePull") in events
    assert ("Normal", "BackOff", f'Back-off pulling image "{IMAGE}"') in events
    assert ("Warning", "Failed", "Error: ImagePullBackOff") in events
    assert any(message.startswith(f'Failed to pull image "{IMAGE}": ') for _, _, message in events)


def test_every_new_pod_has_the_accounts_secret(cluster: Shell) -> None:
    patch = """kubectl patch serviceaccount default -p '{"imagePullSecrets": [{"name": "regcred"}]}'"""
    assert cluster.out(patch) == "serviceaccount/default patched\n"
    cluster.out("kubectl run later --image=nginx")
    assert cluster.out("kubectl get pod later -o jsonpath={.spec.imagePullSecrets[*].name}") == "regcred"
    assert "Image pull secrets:  regcred\n" in cluster.out("kubectl describe serviceaccount default")
