#!/bin/sh
# Starts the cluster that a transcript plays on: up.sh PYTHON START-FLAGS...
set -eu
python=$1; shift
export MINIKUBE_PY_HOME="$PARITY_DIR/mk" KUBECONFIG="$PARITY_DIR/kubeconfig"
printf 'MINIKUBE_PY_HOME=%s\nKUBECONFIG=%s\n' "$MINIKUBE_PY_HOME" "$KUBECONFIG" > "$PARITY_DIR/env"
"$python" -m minikube_py.cmd.mk start "$@" > "$PARITY_DIR/start.log"
if [ -n "${PARITY_OVER_HTTPS:-}" ]; then  # without the entry that names the state file, mk goes through the API over https
    sed -i s,minikube-py.dev/state,minikube-py.dev/elsewhere, "$KUBECONFIG"
fi
