import { expect, test } from "vitest";

import { splitBlocks } from "./markdown-blocks";

test("paragraphs and fences are cut apart, and joining them gives the text back", () => {
  const source = "# Title\n\nOne\ntwo\n\n```py\na\n\nb\n```\n\nLast";
  const blocks = splitBlocks(source);
  expect(blocks).toEqual(["# Title\n", "One\ntwo\n", "```py\na\n\nb\n```\n", "Last"]);
  expect(blocks.join("\n")).toBe(source);
});

test("an unfinished fence keeps everything after it", () => {
  expect(splitBlocks("Look:\n\n````\n\n```\n\nstill code")).toEqual(["Look:\n", "````\n\n```\n\nstill code"]);
});

test("a loose list stays one block", () => {
  expect(splitBlocks("1. a\n\n2. b\n\n   more\n\n3. c")).toHaveLength(1);
});

test("a text with link definitions stays whole", () => {
  expect(splitBlocks("See [x].\n\nMore.\n\n[x]: https://example.org")).toHaveLength(1);
});
