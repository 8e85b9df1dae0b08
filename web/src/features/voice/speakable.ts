/** An answer as it is read aloud: without what only the eye can use, in parts that one request may hold. */

export const MAX_CHARACTERS = 4000;

export function speakable(markdown: string): string {
  return markdown
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1[^\n]*$|$(?![\s\S]))/gm, "\n")
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t|:-]*-{3,}[ \t|:-]*$/gm, "")
    .replace(/^[ \t]{0,3}(#{1,6}|>|[-*+]|\d+[.)])[ \t]+/gm, "")
    .replace(/(\*\*|__|~~|`)/g, "")
    .replace(/\|/g, ", ")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Cut at paragraphs, else at sentences, else where it must be. */
export function inParts(text: string, most = MAX_CHARACTERS): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const window = rest.slice(0, most);
    const cut = [window.lastIndexOf("\n\n"), lastSentence(window), window.lastIndexOf(" ")].find((at) => at > most / 4) ?? most;
    parts.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest === "" ? parts : [...parts, rest];
}

function lastSentence(window: string): number {
  const ends = [...window.matchAll(/[.!?。！？](?=\s)/g)];
  const last = ends.at(-1);
  return last ? last.index + 1 : -1;
}
