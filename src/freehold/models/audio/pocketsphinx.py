"""PocketSphinx: a folder that only says so. The model of American English comes with the engine."""

from freehold.models.audio import AudioLayout

LAYOUT = AudioLayout(
    kind="transcription", files=lambda names: ["pocketsphinx.json"] if "pocketsphinx.json" in names else []
)
