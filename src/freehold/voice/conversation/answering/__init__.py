"""Answers: thought about, told and spoken as they come."""
