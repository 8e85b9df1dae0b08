"""OpenAI's speech endpoints, as the gateway's vendors and our own voice share them. Knows no HTTP.

speaking       a speech request            transcripts   what was said → json, text, srt, vtt …
hearing        a transcription request     captions      words → segments and their time codes
"""
