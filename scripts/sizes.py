"""The size report: prints the largest files and functions, and fails on one that is large without a stated reason."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
SHOWN = 5

# What reads better whole, and why.
EXEMPT = {
    "src/freehold/forge/dialogues": "lists of phrasings: data, written as literals",
}


def main() -> int:
    """Measure `src`; 1 when something is over its limit."""
    files: list[tuple[int, str]] = []
    functions: list[tuple[int, str]] = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        source = path.read_text()
        files.append((source.count("\n"), name))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                functions.append((node.end_lineno - node.lineno + 1, f"{name}:{node.lineno} {node.name}"))
    over = _report("files", files, MAX_FILE_LINES) + _report("functions", functions, MAX_FUNCTION_LINES)
    for lines, name in over:
        sys.stderr.write(f"{name} has {lines} lines: split it by noun, or give the reason in scripts/sizes.py.\n")
    return 1 if over else 0


def _report(noun: str, found: list[tuple[int, str]], limit: int) -> list[tuple[int, str]]:
    counted = [entry for entry in found if not any(entry[1].startswith(prefix) for prefix in EXEMPT)]
    largest = sorted(counted, reverse=True)
    total = sum(lines for lines, _ in found)
    shown = "; ".join(f"{name} {lines}" for lines, name in largest[:SHOWN])
    print(f"{len(found)} {noun}, {total} lines in all. Largest: {shown}")
    return [entry for entry in largest if entry[0] > limit]


if __name__ == "__main__":
    sys.exit(main())
