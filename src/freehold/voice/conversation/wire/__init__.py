"""Freehold's own API as a conversation asks it: requests, refusals, and the streams of chat and speech."""
