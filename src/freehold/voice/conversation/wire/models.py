"""The models that a caller may use for sound, the best first: what was brought in goes before a built-in."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from freehold.contracts.errors import ModelNotFound, ProviderFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModels:
    """The names of models, by what they do. The first one is asked where none is named."""

    speech: Sequence[str]
    hearing: Sequence[str]

    def default_speech(self) -> str:
        """Raises `ModelNotFound` where nothing speaks."""
        return _first(self.speech, "speaks", "Import a voice, or install freehold[offline].")

    def default_hearing(self) -> str:
        """Raises `ModelNotFound` where nothing listens."""
        return _first(self.hearing, "listens", "Import a Whisper model, or install freehold[offline].")

    def other_speech(self, than: str) -> str | None:
        """Who speaks where `than`, or the default one, cannot: a built-in, which needs nobody else, if there is one."""
        return _other(self.speech, than)

    def other_hearing(self, than: str) -> str | None:
        """Who listens where `than`, or the default one, cannot."""
        return _other(self.hearing, than)


class _Extension(msgspec.Struct):
    kind: str = "chat"
    builtin: bool = False


class _Model(msgspec.Struct):
    id: str
    freehold: _Extension = msgspec.field(default_factory=_Extension)


class _List(msgspec.Struct):
    data: list[_Model]


def read_models(body: bytes) -> KnownModels:
    """The answer of /v1/models. Raises `ProviderFailed` for what is none."""
    try:
        models = msgspec.json.decode(body, type=_List).data
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"What answers is no Freehold: {error}.") from error
    models.sort(key=lambda model: model.freehold.builtin)
    return KnownModels(
        speech=[model.id for model in models if model.freehold.kind == "speech"],
        hearing=[model.id for model in models if model.freehold.kind == "transcription"],
    )


def _first(names: Sequence[str], verb: str, hint: str) -> str:
    if not names:
        raise ModelNotFound(f"There is no model that {verb}.", hint=hint)
    return names[0]


def _other(names: Sequence[str], than: str) -> str | None:
    failed = than or next(iter(names), "")
    return next((name for name in reversed(names) if name != failed), None)  # built-ins are last
