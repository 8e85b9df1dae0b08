"""Secrets that end within hours: those of a client, and those of a realtime session."""
