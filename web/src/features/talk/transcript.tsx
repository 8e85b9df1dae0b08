import { memo } from "react";

import type { Timings } from "@/api/realtime";
import { useStickToBottom } from "@/platform/stick-to-bottom";
import { Button } from "@/ui/button";
import { ArrowDown } from "@/ui/icons";
import { Mark } from "@/ui/mark";
import { Markdown } from "@/ui/markdown";

import type { Entry } from "./conversation";

/** What both sides have said, as it is said. */
export function Transcript({ entries }: { entries: readonly Entry[] }) {
  const { scroller, content, following, follow } = useStickToBottom();
  return (
    <div className="relative min-h-0 flex-1">
      {/* Scrollable, so it must be reachable by keyboard. */}
      <div ref={scroller} tabIndex={0} className="focus-ring h-full overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]">
        <div
          ref={content}
          role="log"
          aria-label="Conversation"
          aria-live="polite"
          className="mx-auto flex w-full max-w-[46rem] flex-col gap-4 px-4 pb-6 pt-4 md:px-6"
        >
          {entries.map((entry) => (entry.who === "person" ? <Said key={entry.id} entry={entry} /> : <Answered key={entry.id} entry={entry} />))}
        </div>
      </div>
      {!following && (
        <Button onClick={follow} className="absolute bottom-3 left-1/2 -translate-x-1/2 !rounded-full shadow-md shadow-black/10">
          <ArrowDown className="size-4" /> Latest
        </Button>
      )}
    </div>
  );
}

const Said = memo(function Said({ entry: { text, complete, failure } }: { entry: Entry }) {
  return (
    <article aria-label="You said" aria-busy={!complete} className="flex flex-row-reverse pl-[8%]">
      <div className="min-w-0 rounded-2xl rounded-br-md bg-well px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere]">
        {text}
        {!complete && <Coming />}
        {failure && <span className="text-soft">{failure}</span>}
      </div>
    </article>
  );
});

const Answered = memo(function Answered({ entry }: { entry: Entry }) {
  const { text, heard, complete, failure, timings, firstSoundMs } = entry;
  return (
    <article aria-label="Answer" aria-busy={!complete} className="pr-[4%]">
      {heard === null ? (
        <Markdown source={text} />
      ) : (
        <p className="whitespace-pre-wrap leading-relaxed [overflow-wrap:anywhere]">
          {text.slice(0, heard)}
          <Unheard text={text.slice(heard)} />
        </p>
      )}
      {!complete && !text && <Coming />}
      {heard !== null && <p className="mt-1 text-sm text-soft">{heard === 0 ? "Interrupted before a word was heard." : "Interrupted."}</p>}
      {failure && <p className="mt-1 text-sm text-brick">{failure}</p>}
      <Latency timings={timings} firstSoundMs={firstSoundMs} />
    </article>
  );
});

const MAX_UNHEARD = 160;

/** What was written and never heard, or the beginning of it: the model does not know it either. */
function Unheard({ text }: { text: string }) {
  const shown = text.length > MAX_UNHEARD ? `${text.slice(0, MAX_UNHEARD).trimEnd()} …` : text;
  return shown ? (
    <del className="text-soft decoration-edge-strong" title="Not heard">
      {shown}
    </del>
  ) : null;
}

function Coming() {
  return <Mark className="ml-1.5 inline size-3.5 animate-breathe align-[-0.1em]" />;
}

const STAGES: readonly [keyof Timings, string][] = [
  ["silence_ms", "pause"],
  ["hearing_ms", "hearing"],
  ["thinking_ms", "thinking"],
  ["speaking_ms", "voice"],
];

/** Where the time went between the last word and the first sound. */
function Latency({ timings, firstSoundMs }: Pick<Entry, "timings" | "firstSoundMs">) {
  if (!timings && firstSoundMs === null) return null;
  const stages = STAGES.flatMap(([name, word]) => (timings?.[name] === undefined ? [] : [`${word} ${milliseconds(timings[name])}`]));
  const total = firstSoundMs ?? timings?.sound_ms;
  return (
    <p className="mt-1.5 flex flex-wrap gap-x-3 text-xs tabular-nums text-soft" aria-hidden="true">
      {total !== undefined && <span title="From the end of your speech to the first sound, on this device">{`heard after ${milliseconds(total)}`}</span>}
      {stages.map((stage) => (
        <span key={stage}>{stage}</span>
      ))}
    </p>
  );
}

function milliseconds(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
