"""Calls by WebRTC: a realtime session whose sound comes and goes as tracks, and whose events by a data channel."""
