import pytest

REPORT = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: main, image: hello-world}]}
"""


@pytest.mark.cluster(clock="fake")
def test_a_report_is_made_each_hour(cluster):
    cluster.apply(REPORT)
    cluster.advance("2h30m")
    reports = cluster.list("jobs")
    assert len(reports) == 2
    assert all(report["status"]["succeeded"] == 1 for report in reports)
