from contextlib import closing

from lightkube import Client, KubeConfig
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap


def test_two_managers_share_a_config_map(cluster, kubeconfig):
    with closing(Client(config=KubeConfig.from_file(kubeconfig), trust_env=False)) as api:
        for manager in ("one", "two"):
            mine = ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"), data={manager: "yes"})
            api.apply(mine, field_manager=manager)
        assert api.get(ConfigMap, "settings", namespace="default").data == {"one": "yes", "two": "yes"}
