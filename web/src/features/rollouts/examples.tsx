import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Example, Rollout } from "@/api/rollouts";
import { Button } from "@/ui/button";
import { Skeleton } from "@/ui/skeleton";

import { moment } from "./format";
import { Refused } from "./frame";
import { amount, metricOf } from "./metrics";
import { examplesQuery } from "./queries";

const FEW = 3;

/** Mirrored requests with both answers, where the plan keeps them. */
export function Examples({ rollout }: { rollout: Rollout }) {
  const { data, error, refetch } = useQuery(examplesQuery(rollout.name, rollout.state));
  return (
    <>
      {error && <Refused error={error} onRetry={() => void refetch()} />}
      {data ? <List examples={data} keeps={rollout.plan.capture.consent} /> : !error && <Skeleton widths={["100%", "80%", "60%"]} />}
    </>
  );
}

function List({ examples, keeps }: { examples: readonly Example[]; keeps: boolean }) {
  if (examples.length === 0) {
    const text = keeps ? "None is kept yet: they come with mirrored requests." : "This plan keeps none, for it does not say that those who send requests agree to it.";
    return <p className="text-[15px] text-soft">{text}</p>;
  }
  return <Pairs examples={examples} />;
}

function Pairs({ examples }: { examples: readonly Example[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? examples : examples.slice(0, FEW);
  return (
    <>
      <ul className="space-y-4">
        {shown.map((example) => (
          <Pair key={example.request_id} example={example} />
        ))}
      </ul>
      {shown.length < examples.length && (
        <Button className="mt-4" onClick={() => setAll(true)}>
          Show {examples.length - shown.length} more
        </Button>
      )}
    </>
  );
}

function Pair({ example }: { example: Example }) {
  const { at, step, prompt, control, candidate, control_model, candidate_model, scores } = example;
  return (
    <li className="rounded-2xl border border-edge bg-sheet p-4">
      <p className="text-xs text-soft">
        {moment(at)}, step {step + 1}
      </p>
      <Words label="Request" text={prompt} />
      <div className="mt-3 grid gap-3 md:grid-cols-2">
        <Answer arm="Control" model={control_model} text={control} />
        <Answer arm="Candidate" model={candidate_model} text={candidate} />
      </div>
      <Scores scores={scores} />
    </li>
  );
}

function Answer({ arm, model, text }: { arm: string; model: string; text: string }) {
  return (
    <div className="min-w-0">
      <p className="text-sm font-medium [overflow-wrap:anywhere]">
        {arm} <span className="font-normal text-soft">{model}</span>
      </p>
      <Words label={`${arm}’s answer`} text={text} />
    </div>
  );
}

function Words({ label, text }: { label: string; text: string }) {
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label={label}
      className="focus-ring mt-1.5 max-h-56 overflow-y-auto whitespace-pre-wrap rounded-lg bg-well px-3 py-2 text-[15px] [overflow-wrap:anywhere]"
    >
      {text || <span className="text-soft">(empty)</span>}
    </div>
  );
}

function Scores({ scores }: Pick<Example, "scores">) {
  const known = Object.entries(scores);
  if (known.length === 0) return null;
  return (
    <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {known.map(([metric, value]) => (
        <div key={metric} className="flex gap-2">
          <dt className="text-soft">{metricOf(metric).label}</dt>
          <dd className="tabular-nums">{amount(metric, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
