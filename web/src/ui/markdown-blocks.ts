/**
 * Cuts Markdown where its top-level blocks can be read alone, so that a growing answer re-reads only its last block.
 * Cuts too rarely rather than wrongly: a text with link definitions stays whole, as do lists, quotes and tables.
 */

const LINK_DEFINITION = /^ {0,3}\[[^\]]+\]:/m;
const OPENING_FENCE = /^ {0,3}(`{3,}|~{3,})/;
const CONTINUES_BLOCK = /^[\s>|*+\-\d]/;

export function splitBlocks(source: string): string[] {
  if (LINK_DEFINITION.test(source)) return [source];
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  let afterBlank = false;
  for (const line of source.split("\n")) {
    if (fence === null && afterBlank && line !== "" && !CONTINUES_BLOCK.test(line)) {
      blocks.push(lines.join("\n"));
      lines = [];
    }
    lines.push(line);
    fence = fenceAfter(line, fence);
    afterBlank = line.trim() === "";
  }
  return [...blocks, lines.join("\n")];
}

function fenceAfter(line: string, open: string | null): string | null {
  if (open === null) return OPENING_FENCE.exec(line)?.[1] ?? null;
  const closing = line.trim();
  const closes = closing.length >= open.length && closing === open.charAt(0).repeat(closing.length);
  return closes ? null : open;
}
