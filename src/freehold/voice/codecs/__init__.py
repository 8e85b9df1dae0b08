"""Sound ↔ bytes.

encoding   samples → mp3, opus, aac, flac, wav, pcm, as they come     decoding   any file → samples, in a bounded child
"""
