import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import type { Distribution, Rollout } from "@/api/rollouts";
import { Skeleton } from "@/ui/skeleton";

import { select } from "./fields";
import { Refused } from "./frame";
import { describeDistribution, outline, toHistogram, type Histogram } from "./histogram";
import { amount, METRICS } from "./metrics";
import { distributionQuery } from "./queries";

const WIDTH = 320;
const HEIGHT = 120;
/** A share is two bars, which the table of gates says better. */
const SHOWN = METRICS.filter(({ kind }) => kind !== "share");
const FIRST = ["ttft_seconds", "output_tokens"];

export function Distributions({ rollout }: { rollout: Rollout }) {
  return (
    <div className="grid gap-6 md:grid-cols-2">
      {FIRST.map((metric, index) => (
        <Chosen key={metric} label={`Metric of distribution ${index + 1}`} first={metric} rollout={rollout} />
      ))}
    </div>
  );
}

function Chosen({ label, first, rollout }: { label: string; first: string; rollout: Rollout }) {
  const [metric, setMetric] = useState(first);
  const id = useId();
  const { data, error, refetch } = useQuery(distributionQuery(rollout.name, rollout.state, rollout.step, metric));
  return (
    <div className="min-w-0 rounded-2xl border border-edge bg-sheet p-4">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select id={id} value={metric} onChange={(event) => setMetric(event.target.value)} className={select}>
        {SHOWN.map(({ name, label: named, about }) => (
          <option key={name} value={name}>
            {named} – {about}
          </option>
        ))}
      </select>
      {error && <Refused error={error} onRetry={() => void refetch()} />}
      {data ? <Chart distribution={data} /> : !error && <Skeleton className="pt-4" widths={["100%", "80%", "60%"]} />}
    </div>
  );
}

function Chart({ distribution }: { distribution: Distribution }) {
  const histogram = toHistogram(distribution);
  if (!histogram) return <p className="py-10 text-center text-[15px] text-soft">No values in this step yet.</p>;
  const { metric, edges } = distribution;
  const middle = edges[Math.floor(edges.length / 2)]!;
  const words = describeDistribution(distribution);
  return (
    <figure className="mt-4">
      <Shapes histogram={histogram} words={words} />
      <div aria-hidden="true" className="mt-1 flex justify-between text-xs tabular-nums text-soft">
        {[edges[0]!, middle, edges.at(-1)!].map((edge, index) => (
          <span key={index}>{amount(metric, edge)}</span>
        ))}
      </div>
      <figcaption className="mt-3 text-xs text-soft">
        <span className="flex flex-wrap gap-x-4 gap-y-1 text-ink">
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className="size-3 bg-control/55" /> Control
          </span>
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className="size-3 border-2 border-candidate" /> Candidate
          </span>
        </span>
        <span aria-hidden="true" className="mt-1 block">
          {words}
        </span>
      </figcaption>
    </figure>
  );
}

/** The control is a filled shape and the candidate a line, so that no colour is needed to tell them apart. */
function Shapes({ histogram: { control, candidate, peak }, words }: { histogram: Histogram; words: string }) {
  return (
    <svg viewBox={`0 -2 ${WIDTH} ${HEIGHT + 2}`} preserveAspectRatio="none" role="img" aria-label={words} className="h-32 w-full border-b border-edge-strong">
      <path d={outline(control, peak, WIDTH, HEIGHT)} className="fill-control/55" />
      <path
        d={outline(candidate, peak, WIDTH, HEIGHT)}
        className="fill-none stroke-candidate"
        strokeWidth="2"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
