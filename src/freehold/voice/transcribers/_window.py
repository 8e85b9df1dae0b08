"""How much of Whisper's 30 second window is encoded. The encoder's work grows with it: short speech gets a short one.

Whisper was trained on whole windows. Below a few seconds of context it begins to repeat itself (reported of
whisper.cpp's `audio_ctx`), hence the minimum; no accuracy is claimed for windows between it and 30 seconds.
"""

FRAMES_PER_SECOND = 100  # log-mel frames; the encoder halves them
MAX_FRAMES = 3000
MIN_FRAMES = 500
STEP_FRAMES = 100


def window_frames(speech_frames: int) -> int:
    """The frames to encode for so many frames of speech: the next whole second, at least 5 and at most 30."""
    whole_steps = -(-speech_frames // STEP_FRAMES) * STEP_FRAMES
    return min(max(whole_steps, MIN_FRAMES), MAX_FRAMES)
