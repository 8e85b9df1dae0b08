import { memo, useEffect, useRef, useState } from "react";

import { CopyButton } from "./copy-button";
import { highlight, type Token } from "./highlight";

/** While code streams in, colours follow at this pace; the newest characters are plain until then. */
const HIGHLIGHT_INTERVAL_MS = 120;

interface Coloured {
  code: string;
  lines: Token[][];
}

export function CodeBlock({ code, language }: { code: string; language: string }) {
  const coloured = useColours(code, language);
  const tail = coloured && code.startsWith(coloured.code) ? code.slice(coloured.code.length) : null;
  return (
    <figure className="code overflow-hidden rounded-xl border border-edge bg-sheet text-[13.5px]">
      <figcaption className="flex items-center justify-between border-b border-edge pl-4 text-xs text-soft">
        <span className="font-mono">{language || "text"}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* Scrollable, so it must be reachable by keyboard. */}
      <pre tabIndex={0} className="focus-ring overflow-x-auto px-4 py-3.5 font-mono leading-[1.6] -outline-offset-2">
        <code>
          {coloured && tail !== null ? coloured.lines.map((line, index) => <Line key={index} tokens={line} first={index === 0} />) : code}
          {tail}
        </code>
      </pre>
    </figure>
  );
}

const Line = memo(
  function Line({ tokens, first }: { tokens: Token[]; first: boolean }) {
    return (
      <>
        {!first && "\n"}
        {tokens.map((token, index) => (
          <span key={index} style={{ color: token.color }}>
            {token.content}
          </span>
        ))}
      </>
    );
  },
  (before, after) =>
    before.tokens.length === after.tokens.length &&
    before.tokens.every((token, index) => token.content === after.tokens[index]?.content && token.color === after.tokens[index]?.color),
);

function useColours(code: string, language: string): Coloured | null {
  const [coloured, setColoured] = useState<Coloured | null>(null);
  const newest = useRef(code);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    newest.current = code;
    if (!language || timer.current || coloured?.code === code) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      const source = newest.current;
      highlight(source, language).then(
        (lines) => lines && setColoured({ code: source, lines }),
        () => setColoured(null),
      );
    }, coloured ? HIGHLIGHT_INTERVAL_MS : 0);
  }, [code, language, coloured]);
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return coloured;
}
