"""What `freehold doctor` checks: one file per check, each with `CHECK`. A finding that is not fine names its fix."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from freehold.foundation.registry import Registry
from freehold.operations.machine import Machine

Status = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found. `fix` holds the command that mends it, in backquotes; empty only when all is well."""

    status: Status
    text: str
    fix: str = ""


def fine(text: str) -> Finding:
    """All is well."""
    return Finding(status="ok", text=text)


def failed(text: str, fix: str) -> Finding:
    """Freehold does not run like this."""
    return Finding(status="failed", text=text, fix=fix)


def warning(text: str, fix: str) -> Finding:
    """Freehold runs, but something will be missing or slow."""
    return Finding(status="warning", text=text, fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: a short name for people, and the look at a machine."""

    name: str
    look: Callable[[Machine], Awaitable[Finding]]


CHECKS: Registry[Check] = Registry("freehold.operations.checks", "CHECK")
