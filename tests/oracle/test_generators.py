"""create and run with --dry-run=client: the objects that generators make, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.conftest import Both

GENERATED = [
    "create deployment web --image=nginx",
    "create deployment web --image=nginx:1.27 --replicas=3 --port=80",
    "create deployment web --image=nginx --image=busybox:1.36",
    "create deployment web --image=registry.example.com:5000/a/b@sha256:0123 -- sh -c 'sleep 1'",
    "create job once --image=busybox",
    "create job once --image=busybox -- sh -c 'echo hi'",
    "create cronjob tick --image=busybox --schedule='*/5 * * * *' --restart=Never -- date",
    "create cronjob tick --image=busybox --schedule=@daily",
    "create namespace dev",
    "create serviceaccount bot",
    "create configmap c --from-literal=a=b --from-literal=c=d=e",
    "create configmap c --from-file=f.txt --from-file=key=f.txt --append-hash",
    "create configmap c --from-file=dir",
    "create configmap c --from-env-file=vars.env",
    "create configmap c --from-file=binary.bin",
    "create secret generic s --from-literal=a=b --type=example.com/x",
    "create secret generic s --from-file=f.txt --append-hash",
    "create secret generic s --from-env-file=vars.env",
    "create secret docker-registry r --docker-username=u --docker-password=p --docker-email=e@x",
    "create secret docker-registry r --docker-server=reg.example.com --docker-username=u --docker-password='p\"q'",
    "create service clusterip s --tcp=80",
    "create service clusterip s --tcp=80:8080 --tcp=443:https",
    "create service clusterip s --clusterip=None",
    "create service nodeport s --tcp=80:8080 --node-port=30080",
    "create service loadbalancer s --tcp=80:web",
    "create service externalname s --external-name=example.com",
    "create service externalname s --external-name=example.com --tcp=80",
    "create quota q --hard=cpu=1,memory=1Gi,pods=2",
    "create quota q --hard=count/pods=2 --scopes=BestEffort,NotTerminating",
    "create quota q",
    "create poddisruptionbudget p --selector=app=web --min-available=1",
    "create pdb p --selector=app=web,tier!=x --max-unavailable=50%",
    "create priorityclass high --value=1000 --description='important things' --global-default",
    "create priorityclass low --value=-5 --preemption-policy=Never",
    "create rolebinding b --clusterrole=view --user=ann --group=dev --serviceaccount=ns:sa",
    "create rolebinding b --role=r --user=ann --user=bob",
    "create clusterrolebinding b --clusterrole=view --group=dev",
    "create clusterrole c --verb=get,list --non-resource-url=/healthz,/metrics",
    "create clusterrole c --aggregation-rule=a=b,c=d",
    "create ingress i --rule=foo.com/bar=svc1:8080",
    "create ingress i --rule=foo.com/bar*=svc1:8080,tls=cert --rule=/path=svc:http",
    "create ingress i --class=nginx --default-backend=svc:http --annotation=a=b --annotation=c=d",
    "create ingress i --rule=*.foo.com/*=svc:80,tls=",
    "create token bot",
]

REFUSED = [
    "create",
    "create deployment",
    "create deployment web",
    "create deployment web extra --image=nginx",
    "create deployment web --image=nginx --port=70000",
    "create deployment web --image=nginx --replicas=x",
    "create deployment web --image=nginx --replicas=-1",
    "create deployment web --image=nginx --image=busybox -- sh",
    "create job once",
    "create job once --image=busybox --from=cronjob/x",
    "create job --image=x",
    "create cronjob tick --image=busybox",
    "create cronjob tick --schedule='* * * * *'",
    "create cronjob tick --image=busybox --schedule='* * * * *' --restart=Always",
    "create namespace",
    "create namespace a b",
    "create serviceaccount",
    "create configmap",
    "create configmap c --from-literal=a",
    "create configmap c --from-literal==b",
    "create configmap c --from-literal=a=b --from-literal=a=c",
    "create configmap c --from-file=nope.txt",
    "create configmap c --from-file=a=b=c",
    "create configmap c --from-file=key=dir",
    "create configmap c --from-literal=a=b --from-env-file=vars.env",
    "create configmap c --from-env-file=nope.env",
    "create configmap c --from-env-file=bad.env",
    "create configmap c --from-literal='bad key=1'",
    "create secret",
    "create secret generic",
    "create secret generic s --from-literal=a",
    "create secret generic s --from-literal='a b=c'",
    "create secret docker-registry r",
    "create secret docker-registry r --docker-username=u",
    "create secret tls t",
    "create secret tls t --cert=f.txt",
    "create secret tls t --cert=f.txt --key=f.txt",
    "create secret tls t --cert=nope --key=nope",
    "create service",
    "create service clusterip s",
    "create service clusterip s --tcp=x",
    "create service clusterip s --tcp=80:70000",
    "create service clusterip s --tcp=0",
    "create service nodeport s",
    "create service nodeport s --tcp=80 --node-port=x",
    "create service externalname s",
    "create quota",
    "create quota q --hard=cpu",
    "create quota q --hard=cpu=x",
    "create quota q --scopes=Nope",
    "create pdb p",
    "create pdb p --selector=app=web",
    "create pdb p --min-available=1",
    "create pdb p --selector=app=web --min-available=1 --max-unavailable=1",
    "create priorityclass",
    "create priorityclass p --value=x",
    "create priorityclass p --preemption-policy=Sometimes",
    "create rolebinding b",
    "create rolebinding b --role=r --clusterrole=c",
    "create rolebinding b --role=r --serviceaccount=x",
    "create clusterrolebinding b",
    "create clusterrolebinding b --clusterrole=c --serviceaccount=a:b:c",
    "create clusterrole c",
    "create clusterrole c --verb=get",
    "create clusterrole c --verb=get --non-resource-url=healthz",
    "create clusterrole c --verb=create,fly --non-resource-url=/healthz",
    "create clusterrole c --aggregation-rule=a=b --verb=get",
    "create role r",
    "create role r --verb=get",
    "create ingress i",
    "create ingress i --rule=foo",
    "create ingress i --rule=foo.com/bar=svc",
    "create ingress i --rule=foo.com/bar=svc:80,x=y",
    "create ingress i --default-backend=svc",
    "create ingress i --rule=foo.com/=svc:80 --annotation=x",
    "create token",
    "create token bot --duration=x",
    "create -f",
    "create -f nope.yaml",
    "create -f f.txt --raw=/x --edit",
    "create nonsense",
    "run",
    "run web",
    "run web --image=",
    "run web --image=nginx --restart=Sometimes",
    "run web --image=nginx --rm",
    "run web --image=nginx --rm --restart=Always",
    "run web --image=nginx --expose",
    "run web --image=nginx --env=A",
    "run web --image=nginx --labels=x",
    "run web --image=nginx --image-pull-policy=Sometimes",
    "run web --image='bad image'",
    "run web --image=nginx --dry-run=maybe",
    "run web --image=nginx -it --dry-run=client",
    "run web --image=nginx --attach --dry-run=client",
    "run web --image=nginx --tty",
    "run web --image=nginx --port=x",
]


@pytest.fixture
def files(both: Both) -> Both:
    """The files that the commands read."""
    Path("f.txt").write_text("one\ntwo\n")
    Path("binary.bin").write_bytes(b"\xff\xfe\x00\x01")
    Path("dir").mkdir()
    Path("dir/a.txt").write_text("a")
    Path("dir/b").write_text("b\n")
    Path("vars.env").write_text("# comment\nA=1\nB=two words\n\n C=3\n")
    Path("bad.env").write_text("A B=1\n")
    return both


@pytest.mark.parametrize("output", ["yaml", "json", "name"])
@pytest.mark.parametrize("command", GENERATED)
def test_generated(files: Both, command: str, output: str) -> None:
    flags = f" --dry-run=client -o {output}"
    words = command.replace(" -- ", flags + " -- ", 1) if " -- " in command else command + flags
    theirs, ours = files(words)
    assert ours == theirs


@pytest.mark.parametrize("command", REFUSED)
def test_refused(files: Both, command: str) -> None:
    flags = "" if "--dry-run" in command or command in ("create", "run") else " --dry-run=client"
    words = command.replace(" -- ", flags + " -- ", 1) if " -- " in command else command + flags
    theirs, ours = files(words)
    assert ours == theirs
