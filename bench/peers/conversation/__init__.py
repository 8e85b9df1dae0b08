"""Callers of realtime voice, what they say, and the server that they call."""
