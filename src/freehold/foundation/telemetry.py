"""Logs as JSON lines that carry the request id, and Prometheus metrics. Decides nothing."""

import json
import logging
import sys
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

request_id: ContextVar[str] = ContextVar("request_id", default="")

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
    for noisy in ("uvicorn.access", "aiohttp.access", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def render_metrics() -> bytes:
    """The metrics of this process in Prometheus' text format."""
    return generate_latest(METRICS)
