"""espeak-ng: a folder that only says so. The voices come with the engine."""

from freehold.models.audio import AudioLayout

LAYOUT = AudioLayout(kind="speech", files=lambda names: ["espeak.json"] if "espeak.json" in names else [])
