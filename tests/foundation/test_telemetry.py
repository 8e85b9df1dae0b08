"""Metrics of the server and its workers as one page that Prometheus can read."""

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from freehold.foundation.telemetry import REQUESTS, render_metrics

WORKER = """\
# HELP freehold_http_requests_total Requests answered, by route and status.
# TYPE freehold_http_requests_total counter
freehold_http_requests_total{route="/v1/chat/completions",status="200"} 3.0
# HELP vllm:num_requests_running Sequences in the batch.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="starter"} 2.0
"""


def test_samples_of_all_processes_stand_under_one_head_and_tell_whose_they_are() -> None:
    REQUESTS.labels("/health", "200").inc()
    text = render_metrics({"starter": WORKER, "other": WORKER.replace("starter", "other"), "dead": ""}).decode()
    heads = Counter(line.split()[2] for line in text.splitlines() if line.startswith("# TYPE"))
    assert set(heads.values()) == {1}
    families = {family.name: family for family in text_string_to_metric_families(text)}
    requests = [sample.labels.get("worker", "") for sample in families["freehold_http_requests"].samples]
    assert {"", "starter", "other"} == set(requests)
    running = {sample.labels["model_name"]: sample.value for sample in families["vllm:num_requests_running"].samples}
    assert running.items() >= {"starter": 2.0, "other": 2.0}.items()
