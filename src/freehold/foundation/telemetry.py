"""Logs as JSON lines that carry the request id, and Prometheus metrics. Decides nothing."""

import json
import logging
import sys
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

request_id: ContextVar[str] = ContextVar("request_id", default="")

# A second series for each counter, which says when the process began, doubles what is scraped.
disable_created_metrics()
METRICS = CollectorRegistry()
REQUESTS = Counter(
    "freehold_http_requests", "Requests answered, by route and status.", ["route", "status"], registry=METRICS
)
REQUEST_SECONDS = Histogram(
    "freehold_http_request_seconds",
    "Seconds from the request's first byte to the answer's last.",
    ["route"],
    buckets=(0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300),
    registry=METRICS,
)
REQUESTS_RUNNING = Gauge("freehold_http_requests_running", "Requests being answered now.", registry=METRICS)
UNEXPECTED_ERRORS = Counter(
    "freehold_unexpected_errors", "Errors caught at a supervised edge.", ["edge"], registry=METRICS
)


@lru_cache(maxsize=1024)
def request_metrics(route: str, status: int) -> "tuple[Counter, Histogram]":
    """The counter and the histogram of a route and status, found once."""
    return REQUESTS.labels(route, str(status)), REQUEST_SECONDS.labels(route)


_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id and the record's extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, object] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(*, level: str = "info", file: Path | None = None) -> None:
    """Send logs to `file` (rotated at 10 MB, five kept) and warnings to the terminal; without a file, all to stderr."""
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.setLevel(level.upper())
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(JsonFormatter())
    root.addHandler(stderr)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        rotating = RotatingFileHandler(file, maxBytes=10_000_000, backupCount=5, delay=True)
        rotating.setFormatter(JsonFormatter())
        root.addHandler(rotating)
        stderr.setLevel(logging.WARNING)
    for noisy in ("uvicorn.access", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def render_metrics(workers: Mapping[str, str] | None = None) -> bytes:
    """The metrics of this process in Prometheus' text format, and those of workers, given as such texts by name.

    A worker's samples get the label `worker`, but for vLLM's, which name their model.
    """
    together = CollectorRegistry()
    together.register(_Together(workers or {}))
    return generate_latest(together)


class _Together(Collector):
    """Families of the same name from several processes as one, as the format demands."""

    def __init__(self, workers: Mapping[str, str]) -> None:
        self._workers = workers

    def collect(self) -> Iterable[Metric]:
        families = {family.name: family for family in METRICS.collect()}
        for worker, text in self._workers.items():
            for family in text_string_to_metric_families(text):
                samples = family.samples
                if not family.name.startswith("vllm:"):
                    samples = [sample._replace(labels=sample.labels | {"worker": worker}) for sample in samples]
                families.setdefault(family.name, _empty(family)).samples.extend(samples)
        return families.values()


def _empty(family: Metric) -> Metric:
    return Metric(family.name, family.documentation, family.type)
