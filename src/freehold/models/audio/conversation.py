"""Realtime sessions: a folder that only says so."""

from freehold.models.audio import AudioLayout

LAYOUT = AudioLayout(
    kind="conversation", files=lambda names: ["conversation.json"] if "conversation.json" in names else []
)
