"""The kubelet of one node: a reconciler of the pods that are bound to it."""

from __future__ import annotations

from pathlib import Path

from minikube_py.client.reconcile import Key, Result
from minikube_py.component_base.removal import remove_tree
from minikube_py.cri.runtime import Runtime
from minikube_py.kubelet.interfaces import Context, Executor, Images, Object, TokenRequester
from minikube_py.kubelet.node_services import KubeletOptions, NodeServices
from minikube_py.kubelet.pod_workers import PodWorker


class Kubelet:
    """Runs the pods of one node. Only `on_change` may be called from other threads."""

    def __init__(
        self,
        context: Context,
        runtime: Runtime,
        images: Images,
        options: KubeletOptions,
        executor: Executor,
        request_token: TokenRequester,
    ) -> None:
        self.node = NodeServices(context, runtime, images, options, executor, request_token)
        self._context = context
        self._workers: dict[str, PodWorker] = {}
        self._keys: dict[str, Key] = {}
        self._uids: dict[Key, list[str]] = {}  # the pods that have or had that name and are not ended yet

    def on_change(self, pod_uid: str) -> None:
        """Queue a pod whose containers changed; the runtime calls this."""
        key = self._keys.get(pod_uid)
        if key is not None:
            self._context.enqueue(key)

    def reconcile(self, key: Key) -> Result:
        """Bring the pod of that name nearer to what it should be."""
        pod = self.node.pods.get(key.namespace, key.name)
        if pod is not None and pod["spec"].get("nodeName") != self.node.options.node_name:
            pod = None
        delays = self._remove_others(key, pod["metadata"]["uid"] if pod is not None else "")
        if pod is not None:
            delays.append(self._get_worker(key, pod).sync(pod))
        return Result(min((delay for delay in delays if delay is not None), default=None))

    def _get_worker(self, key: Key, pod: Object) -> PodWorker:
        uid = pod["metadata"]["uid"]
        if uid not in self._workers:
            self._keys[uid] = key
            self._uids.setdefault(key, []).append(uid)
            self._workers[uid] = PodWorker(self.node, pod, lambda: self._context.enqueue(key))
        return self._workers[uid]

    def _remove_others(self, key: Key, uid: str) -> list[float | None]:
        """Go on ending pods that had this name and are gone from the API."""
        delays: list[float | None] = []
        for other in [u for u in self._uids.get(key, ()) if u != uid]:
            delay = self._workers[other].remove()
            if delay is None:
                self._forget(key, other)
            delays.append(delay)
        return delays

    def _forget(self, key: Key, uid: str) -> None:
        del self._workers[uid], self._keys[uid]
        self._uids[key].remove(uid)
        if not self._uids[key]:
            del self._uids[key]

    def clean_up_orphans(self) -> None:
        """End pods that run though no object is left of them, and delete their folders. The caches must be filled.

        The daemon calls this when it starts: pods may have been deleted while it was away.
        """
        known = {pod["metadata"]["uid"] for pod in self.node.pods.list()} | self._workers.keys()
        for sandbox in self.node.runtime.list():
            if sandbox.pod_uid not in known:
                self._remove_sandbox(sandbox.pod_uid)
        for directory in _list_directories(self.node.options.pods_dir):
            if directory.name not in known:
                remove_tree(directory)

    def end_all(self) -> None:
        """End everything that runs here, at once: the node is no more."""
        for uid in self._workers:
            self._remove_sandbox(uid)
            remove_tree(self.node.get_pod_directory(uid))

    def _remove_sandbox(self, uid: str) -> None:
        self.node.runtime.stop_sandbox(uid)
        self.node.runtime.remove_sandbox(uid)


def _list_directories(path: Path) -> list[Path]:
    return [entry for entry in path.iterdir() if entry.is_dir()] if path.is_dir() else []
