"""The labelled prompts of the smart route's classifier, read from `builtin/_router`.

- `train.<language>.txt`, and `train.talk.txt` in all: `[task complexity language]`, then one template a line. `⟦a|b⟧`
  is one of these, `⟦@name⟧` an entry of the list `@name = a || b`, `⟦*⟧` an entry of the group's own line `= a | b`;
  `\\n` is a line break.
- `words.txt`: `[task language]`, then words of that field. A few of them at random make a text without complexity.
- `held_out.txt`: whole prompts in the same groups, never trained on.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from freehold.gateway.auto.classifier import FOLDER
from freehold.gateway.auto.labels import COMPLEXITIES, TASKS

UNKNOWN = -1
PLACE = re.compile(r"⟦([^⟦⟧]*)⟧")
DRAWS = {"en": 90}  # prompts a group; other languages DRAWS_ELSEWHERE
DRAWS_ELSEWHERE = 36
WORD_TEXTS = 60  # texts from each line of words.txt


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled prompt. `template` names the line it was drawn from; `complexity` may be `UNKNOWN`."""

    text: str
    task: int
    complexity: int
    language: str
    template: str


def groups(path: Path) -> Iterator[tuple[list[str], str, str]]:
    """(labels, kind, line) of each line below a `[…]`: kind is "@" for a list, "=" for the group's own, else empty."""
    labels: list[str] = []
    for line in filter(None, path.read_text().splitlines()):
        if line.startswith("["):
            labels = line[1:-1].split()
        elif line.startswith(("@", "= ")):
            yield labels, line[0], line[1:].strip()
        else:
            yield labels, "", line


class Templates:
    """The templates of one file, by group; lists of the English file serve the others, too."""

    def __init__(self, path: Path, lists: dict[str, list[str]]) -> None:
        self.lists = dict(lists)
        self.own: dict[tuple[str, ...], list[str]] = {}
        self.lines: dict[tuple[str, ...], list[str]] = {}
        for labels, kind, line in groups(path):
            if kind == "@":
                name, _, entries = line.partition(" = ")
                self.lists[name] = entries.split(" || ")
            elif kind == "=":
                self.own[tuple(labels)] = line.split(" | ")
            else:
                self.lines.setdefault(tuple(labels), []).append(line)

    def draw(self, group: tuple[str, ...], line: str, chance: random.Random) -> str:
        """The template with each place filled, also those within what fills one."""

        def fill(place: re.Match[str]) -> str:
            inner = place.group(1)
            if inner == "*":
                return chance.choice(self.own[group])
            return chance.choice(self.lists[inner[1:]] if inner.startswith("@") else inner.split("|"))

        while PLACE.search(line):
            line = PLACE.sub(fill, line)
        return unescaped(line)


def unescaped(line: str) -> str:
    """Written line breaks and tabs as such."""
    return line.replace("\\n", "\n").replace("\\t", "\t")


def training_examples(seed: int, folder: Path = FOLDER) -> list[Example]:
    """Every prompt of the templates, each once, in a fixed order."""
    chance, lists, found = random.Random(seed), dict[str, list[str]](), list[Example]()
    for path in sorted(folder.glob("train.*.txt"), key=lambda path: (path.name != "train.en.txt", path.name)):
        templates = Templates(path, lists)
        lists = lists or templates.lists
        for group, lines in templates.lines.items():
            task, complexity, language = group
            wanted, seen = DRAWS.get(language, DRAWS_ELSEWHERE), dict[str, int]()
            for turn in range(3 * wanted):
                if len(seen) < wanted:
                    seen.setdefault(templates.draw(group, lines[turn % len(lines)], chance), turn % len(lines))
            found += [
                Example(
                    text=text,
                    task=TASKS.index(task),
                    complexity=COMPLEXITIES.index(complexity),
                    language=language,
                    template=f"{path.name} {' '.join(group)} {line}",
                )
                for text, line in seen.items()
            ]
    return found


def word_examples(seed: int, folder: Path = FOLDER) -> list[Example]:
    """Texts of a few words of one field."""
    chance, found = random.Random(seed), list[Example]()
    for (task, language), _, line in groups(folder / "words.txt"):
        words = line.split(", ")
        for _ in range(WORD_TEXTS):
            text = " ".join(chance.sample(words, chance.randint(1, 6)))
            found.append(
                Example(text=text, task=TASKS.index(task), complexity=UNKNOWN, language=language, template="words")
            )
    return found


def held_out_examples(folder: Path = FOLDER) -> list[Example]:
    """The prompts that are never trained on."""
    return [
        Example(
            text=unescaped(line),
            task=TASKS.index(task),
            complexity=COMPLEXITIES.index(complexity),
            language=language,
            template="held out",
        )
        for (task, complexity, language), _, line in groups(folder / "held_out.txt")
    ]
