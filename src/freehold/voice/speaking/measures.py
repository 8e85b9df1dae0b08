"""What Prometheus is told of speech."""

from prometheus_client import Counter, Gauge, Histogram

from freehold.foundation.telemetry import METRICS

SECONDS_MADE = Counter("freehold_speech_audio_seconds", "Seconds of speech made.", registry=METRICS)
CHARACTERS = Counter("freehold_speech_characters", "Characters asked to be spoken.", registry=METRICS)
FIRST_AUDIO = Histogram(
    "freehold_speech_first_audio_seconds",
    "Seconds from the request's body to its first sound.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30),
    registry=METRICS,
)
QUEUE_WAIT = Histogram(
    "freehold_speech_queue_seconds",
    "Seconds that a clause waited for its turn.",
    buckets=(0.001, 0.01, 0.05, 0.1, 0.3, 1, 3, 10, 30, 100),
    registry=METRICS,
)
STAGE_SECONDS = Counter("freehold_speech_stage_seconds", "Seconds spent, by stage.", ["stage"], registry=METRICS)
RETRIES = Counter("freehold_speech_retries", "Clauses tried again after an engine broke off.", registry=METRICS)
WAITING = Gauge("freehold_speech_waiting", "Clauses that wait for their turn.", registry=METRICS)
CACHE_REQUESTS = Counter(
    "freehold_speech_cache_requests", "Requests by what the phrase cache had.", ["found"], registry=METRICS
)
CACHE_BYTES = Gauge("freehold_speech_cache_bytes", "Bytes that the phrase cache holds.", registry=METRICS)

ENGINE_SECONDS = STAGE_SECONDS.labels("engine")
SHAPE_SECONDS = STAGE_SECONDS.labels("shape")
FINISH_SECONDS = STAGE_SECONDS.labels("finish")
ENCODE_SECONDS = STAGE_SECONDS.labels("encode")
