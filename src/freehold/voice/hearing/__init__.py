"""The transcription worker: recordings in, text with times and speakers out."""
