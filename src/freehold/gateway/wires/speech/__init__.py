"""OpenAI's speech endpoints in the words of vendors that only speak and listen. Knows no HTTP.

bounds         what no vendor here can do  errors        vendors' errors in OpenAI's shape
deepgram, elevenlabs                       the vendors' own
"""
