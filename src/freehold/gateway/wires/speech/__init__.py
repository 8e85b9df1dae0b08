"""OpenAI's speech endpoints in the words of vendors that only speak and listen. Knows no HTTP.

forms          multipart/form-data         transcripts   what was said → json, text, srt, vtt …
hearing        a transcription request     captions      words → segments and their time codes
speaking       a speech request            deepgram, elevenlabs   the vendors' own
"""
