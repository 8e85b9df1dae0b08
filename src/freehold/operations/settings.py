"""Settings of local models and their workers."""

from dataclasses import dataclass

from freehold.foundation.settings import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsSettings:
    """How workers are started and watched."""

    start_timeout_seconds: float = setting(120.0, "How long a worker may take to load its model.")
    drain_timeout_seconds: float = setting(10.0, "How long running requests may take when the server stops.")
    restart_limit_seconds: float = setting(30.0, "The longest pause before a worker that keeps failing is tried again.")
    worker_threads: int = setting(0, "CPU threads of each worker; 0 chooses by the model's size.")
    weights: str = setting("auto", "Format of chat models' weights, or auto: GGUF as stored, others q8_0.")
    cache: str = setting("f16", "Format of the key-value cache: f32, f16 or int8.")
    cache_tokens: int = setting(0, "Tokens of key-value cache that a chat worker keeps; 0: what memory allows.")
    sound_engines: int = setting(0, "Engine processes of each worker that speaks or listens; 0: one per CPU core.")
    phrase_cache_mib: int = setting(64, "Mebibytes of finished speech that each speech worker keeps; 0: none.")
    running: int = setting(64, "Most requests that one chat worker computes together.")
