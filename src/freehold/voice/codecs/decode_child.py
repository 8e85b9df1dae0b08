"""The process that decodes uploads: it has the bytes and nothing else. No file, no socket, bounded memory and time.

`python -m freehold.voice.codecs.decode_child MAX_BYTES MAX_SECONDS`, spoken to as `children/messages.py` says:
`{"type": "decode", "rate": Hz, "skip": pieces}` with the file as payload. Answers are `sound` with float32 samples, and
`refused` with the status of the error.
"""

import itertools
import math
import resource
import sys
from dataclasses import asdict
from pathlib import Path

import av.logging

from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.voice.children.messages import Message
from freehold.voice.children.serving import Answers, claim_pipes, serve_pipe
from freehold.voice.codecs import headers
from freehold.voice.codecs.upload import decode

WORKING_BYTES = 512 << 20  # address space beyond what is loaded; most of it is reserved by malloc and never touched
COPIES_OF_FILE = 3
# Two hundredths of real time are what the slowest codec takes on an old processor.
CPU_SECONDS_PER_SECOND = 0.02
CPU_SECONDS_LEAST = 20.0


def serve(message: Message, payload: bytes, max_seconds: float) -> Answers:
    """The answers to one request."""
    _grant_cpu_seconds(CPU_SECONDS_LEAST + CPU_SECONDS_PER_SECOND * max_seconds)
    try:
        pieces = decode(payload, message["rate"], max_seconds)
        for source, samples in itertools.islice(pieces, message["skip"], None):
            yield {"type": "sound", **asdict(source)}, samples.astype("<f4", copy=False).tobytes()
    except FreeholdError as error:
        yield {"type": "refused", "status": error.status, "message": error.message, "hint": error.hint}, b""


def _grant_cpu_seconds(seconds: float) -> None:
    """End this process when the request takes more; the kernel counts for the whole life of a process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _confine(max_bytes: int, descriptors: int) -> None:
    """Give up for good what decoding does not need. With every descriptor in use, nothing can be opened any more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bound = pages * resource.getpagesize() + WORKING_BYTES + COPIES_OF_FILE * max_bytes
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))


def _warm_up() -> None:
    """Decode once, so that whatever is imported or opened late is there before nothing can be opened."""
    silence = bytes(4800)
    for _ in decode(headers.wav(24_000, len(silence)) + silence, 16_000, 1.0):
        pass
    try:
        list(decode(b"no sound", 16_000, 1.0))
    except InvalidRequest:
        return


def main(max_bytes: int, max_seconds: float) -> None:
    """Serve until the parent leaves."""
    pipes = claim_pipes()
    av.logging.set_level(av.logging.PANIC)
    _warm_up()
    _confine(max_bytes, max(pipe.fileno() for pipe in pipes) + 1)
    serve_pipe(pipes, {}, lambda message, payload: serve(message, payload, max_seconds))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
