#!/bin/sh
# A short tour with real processes: starts a cluster of its own, shows it at work and removes it again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=$(mktemp -d)
export MINIKUBE_PY_HOME="$home/clusters" KUBECONFIG="$home/kubeconfig"
trap 'mk cluster delete >/dev/null 2>&1; rm -rf "$home"' EXIT
trap 'exit 130' INT TERM

say() { printf '\n# %s\n' "$1"; }
show() { printf '$ %s\n' "$*"; "$@"; }

say 'A cluster, without Docker, a virtual machine or root'
show mk start
show mk get nodes

say 'A web server three times, behind one Service: each pod is a real process'
show mk apply -f "$here/web.yaml"
show mk rollout status deployment/web --timeout=60s
show mk get pods -o wide

say 'It answers'
mk port-forward service/web :80 > "$home/forward.log" 2>&1 &
forward=$!
tries=0
until grep -q Forwarding "$home/forward.log"; do
  tries=$((tries + 1)); [ "$tries" -lt 100 ] || { cat "$home/forward.log"; exit 1; }
  sleep 0.1
done
port=$(sed -n 's/^Forwarding from 127\.0\.0\.1:\([0-9]*\) .*/\1/p' "$home/forward.log")
printf '$ curl -s 127.0.0.1:%s | grep title\n' "$port"
"${PYTHON:-python3}" - "$port" <<'PY'
import sys, urllib.request
page = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}", timeout=10).read().decode()
print(*(line for line in page.splitlines() if "title" in line), sep="\n")
PY
kill "$forward" 2>/dev/null || true
wait "$forward" 2>/dev/null || true

say 'Delete a pod, and another takes its place'
pod=$(mk get pods -l app=web -o name | head -n 1)
show mk delete "$pod" --grace-period=1
show mk rollout status deployment/web --timeout=60s
show mk get pods

say 'A one-shot pod prints what its program prints'
show mk run hello --image=hello-world --restart=Never -i --rm --quiet

say 'That was it: the cluster goes'
show mk cluster delete
trap 'rm -rf "$home"' EXIT
