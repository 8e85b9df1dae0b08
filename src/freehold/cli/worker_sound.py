"""The services of `freehold worker` for sound: which engine a folder wants, and how many of its processes."""

import argparse

from freehold.contracts.errors import SetupError
from freehold.foundation.settings import watermark_key
from freehold.foundation.worker_edge import Service
from freehold.models.audio import AudioModel, recognise_folder
from freehold.native.executor import default_threads
from freehold.voice.hearing.worker import TranscriptionOptions, TranscriptionService
from freehold.voice.speaking.worker import SpeechOptions, SpeechService
from freehold.voice.workshop.worker import SoundOptions, SoundService

MEBIBYTE = 1 << 20


def open_service(arguments: argparse.Namespace, name: str) -> Service:
    """The service of a folder that speaks, listens or works on sound. Raises `SetupError`."""
    model = _model(arguments)
    engines = arguments.engines or default_threads()
    if model.layout.kind == "transcription":
        threads = arguments.threads or max(1, default_threads() // engines)
        options = TranscriptionOptions(engine=model.engine, workers=engines, threads=threads)
        return TranscriptionService(arguments.model, name, options)
    if model.layout.kind == "sound":
        return SoundService(name, _mark(), SoundOptions(speaker_model=arguments.speaker_model))
    options = SpeechOptions(
        engine=model.engine,
        workers=engines,
        watermark_key=_mark(),
        cache_bytes=arguments.phrase_cache_mib * MEBIBYTE,
    )
    return SpeechService(arguments.model, name, options)


def _model(arguments: argparse.Namespace) -> AudioModel:
    model = recognise_folder(arguments.model) if arguments.model.is_dir() else None
    if model is None or model.layout.kind != arguments.kind:
        text = f"{arguments.model} is no folder of a model for {arguments.kind}."
        raise SetupError(text, hint="docs/guides/voice.md says which files an engine needs.")
    model.layout.check(arguments.model)
    return model


def _mark() -> bytes:
    key = watermark_key()
    if not key:
        text = "No key for the mark on synthesised sound."
        raise SetupError(text, hint="Set FREEHOLD_WATERMARK_KEY, for instance to the output of: openssl rand -hex 32")
    return key
