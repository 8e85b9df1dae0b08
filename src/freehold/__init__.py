"""Freehold: own your AI instead of renting it."""

from importlib.metadata import version

__version__ = version("freehold")
