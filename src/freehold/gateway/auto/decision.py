"""What was chosen and why, in three lengths: a response header, a record to store, a text to read."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from freehold.gateway.auto.needs import Needs
from freehold.gateway.auto.policy import Preference

HEADER_CHARACTERS = 200
# Visible ASCII without what separates the header's fields.
_UNSAFE = re.compile("[^!-:<>-~]")

Verdict = Literal["chosen", "kept", "excluded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One candidate: whether it was chosen, is kept to fall back on, or was excluded, and why."""

    name: str
    verdict: Verdict
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.verdict}, {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The chosen model, the others in the order to fall back on, and a step for each candidate, chosen first."""

    chosen: str
    others: tuple[str, ...]
    needs: Needs
    tier: str
    preference: Preference
    steps: tuple[Step, ...]

    def header(self) -> str:
        """One line of ASCII for a response header, at most `HEADER_CHARACTERS` long, whatever a model's name is."""
        excluded = sum(step.verdict == "excluded" for step in self.steps)
        facts = {
            "task": self.needs.task,
            "complexity": self.needs.complexity,
            "by": self.preference,
            "of": str(len(self.steps)),
            "excluded": str(excluded),
        }
        rest = "".join(f"; {name}={value}" for name, value in facts.items())
        name = _UNSAFE.sub("?", self.chosen)
        return f"model={name[: HEADER_CHARACTERS - len(rest) - len('model=')]}{rest}"

    def record(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "chosen": self.chosen,
            "others": list(self.others),
            "tier": self.tier,
            "preference": self.preference,
            "needs": {**asdict(self.needs), "reasons": list(self.needs.reasons)},
            "steps": [asdict(step) for step in self.steps],
        }

    def text(self) -> str:
        """Several lines: the choice, the needs, every candidate, the way to fall back."""
        needs = self.needs
        return "\n".join(
            [
                f"{self.chosen} answers",
                f"  needs      {needs.task}, {needs.complexity} complexity, language {needs.language}",
                *(f"             {reason}" for reason in needs.reasons),
                f"  policy     tier {self.tier or '(none)'}, prefers the {self.preference}",
                "  candidates",
                *(f"    {step}" for step in self.steps),
                f"  falls back to {', '.join(self.others) or 'nothing'}",
            ]
        )
