import { useQuery } from "@tanstack/react-query";

import type { HistoryEntry, Rollout } from "@/api/rollouts";
import { Skeleton } from "@/ui/skeleton";

import { moment } from "./format";
import { Refused } from "./frame";
import { Gates } from "./gates";
import { historyQuery } from "./queries";
import { actionName, STATE_NAMES } from "./states";

/** What happened, newest first, each move with the evidence for it. */
export function History({ rollout }: { rollout: Rollout }) {
  const { data, error, refetch } = useQuery(historyQuery(rollout.name, rollout.state, rollout.step));
  return (
    <>
      {error && <Refused error={error} onRetry={() => void refetch()} />}
      {data ? <Timeline entries={data} /> : !error && <Skeleton widths={["60%", "80%", "50%"]} />}
    </>
  );
}

function Timeline({ entries }: { entries: readonly HistoryEntry[] }) {
  if (entries.length === 0) return <p className="text-[15px] text-soft">Nothing has happened yet.</p>;
  return (
    <ol className="border-l-2 border-edge">
      {entries.map((entry, index) => (
        // Entries are only ever added at the front, so counting from the end names them for good.
        <Entry key={entries.length - index} entry={entry} />
      ))}
    </ol>
  );
}

function Entry({ entry: { at, action, actor, from_state, to_state, step, reason, decision } }: { entry: HistoryEntry }) {
  const verdicts = decision?.verdicts ?? [];
  return (
    <li className="relative pb-6 pl-5 last:pb-0 before:absolute before:-left-[7px] before:top-1.5 before:size-3 before:rounded-full before:border-2 before:border-paper before:bg-edge-strong">
      <p className="font-medium">
        {actionName(action)} <span className="font-normal text-soft">by {actor}</span>
      </p>
      <p className="text-sm text-soft">
        <time dateTime={new Date(at * 1000).toISOString()}>{moment(at)}</time> · step {step + 1} · {STATE_NAMES[from_state]} → {STATE_NAMES[to_state]}
      </p>
      <p className="mt-1 text-[15px] [overflow-wrap:anywhere]">{reason}</p>
      {verdicts.length > 0 && (
        <details className="mt-1 text-sm">
          <summary className="focus-ring w-fit cursor-pointer rounded-sm py-1 text-soft hover:text-ink">Evidence at that time</summary>
          <div className="pt-2">
            <Gates gates={verdicts} verdicts={verdicts} />
          </div>
        </details>
      )}
    </li>
  );
}
