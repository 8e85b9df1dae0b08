"""What requests are sorted into. The order is that of the classifier's columns."""

from typing import Literal

Task = Literal["code", "mathematics", "creative", "knowledge", "plain"]
Complexity = Literal["low", "medium", "high"]

TASKS: tuple[Task, ...] = ("code", "mathematics", "creative", "knowledge", "plain")
COMPLEXITIES: tuple[Complexity, ...] = ("low", "medium", "high")
