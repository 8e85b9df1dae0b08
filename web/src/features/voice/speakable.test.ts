import { expect, test } from "vitest";

import { inParts, speakable } from "./speakable";

test("code, marks and addresses are not read aloud", () => {
  const answer = "## Plan\n\nUse **two** [steps](https://x.example):\n\n- first\n- `second`\n\n```js\nlet x = 1;\n```\n\nDone.";
  expect(speakable(answer)).toBe("Plan\n\nUse two steps:\n\nfirst\nsecond\n\nDone.");
});

test("an unfinished code block is left out to its end", () => {
  expect(speakable("Look:\n\n```py\nprint(1)\n")).toBe("Look:");
});

test("a table is read cell by cell", () => {
  expect(speakable("| a | b |\n|---|---|\n| 1 | 2 |")).not.toContain("---");
});

test("a long text is cut at paragraphs, then at sentences, and nothing is lost", () => {
  const text = `${"One two three. ".repeat(30)}\n\n${"Four five six. ".repeat(30)}`.trim();
  const parts = inParts(text, 500);
  expect(parts.every((part) => part.length <= 500 && part.length > 0)).toBe(true);
  expect(parts[0]?.endsWith(".")).toBe(true);
  expect(parts.join(" ").split(/\s+/)).toEqual(text.split(/\s+/));
});

test("a text without any space is cut all the same", () => {
  expect(inParts("x".repeat(1001), 500).map((part) => part.length)).toEqual([500, 500, 1]);
});
