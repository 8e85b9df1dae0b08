"""Work on sound – effects, and the search for the watermark: a folder that only says so."""

from freehold.models.audio import AudioLayout

LAYOUT = AudioLayout(kind="sound", files=lambda names: ["sound.json"] if "sound.json" in names else [])
