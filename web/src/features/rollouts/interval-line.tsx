import type { Verdict } from "@/api/rollouts";

import { planInterval } from "./interval";

const at = (part: number) => `${part * 100}%`;

/** A gate's interval beside its margin, from better on the left to worse on the right. The words for it stand below it. */
export function IntervalLine({ verdict }: { verdict: Verdict }) {
  const plan = planInterval(verdict);
  if (!plan) return null;
  const { zero, margin, low, high, estimate, opensLeft, opensRight } = plan;
  const failed = verdict.result === "fail";
  return (
    <div aria-hidden="true" className="relative h-7 min-w-40 overflow-hidden rounded-md bg-well">
      <div className="absolute inset-y-0 right-0 bg-brick-wash" style={{ left: at(margin) }} />
      <div className="absolute inset-y-0 w-px bg-edge-strong" style={{ left: at(zero) }} />
      <div className="absolute inset-y-0 border-l-2 border-dashed border-brick" style={{ left: at(margin) }} />
      <div
        className={`absolute top-1/2 h-2 -translate-y-1/2 ${failed ? "bg-brick/60" : "bg-ink/45"} ${opensLeft ? "" : "rounded-l-full"} ${opensRight ? "" : "rounded-r-full"}`}
        style={{ left: at(low), right: at(1 - high) }}
      />
      <div
        className={`absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-sheet ${failed ? "bg-brick" : "bg-ink"}`}
        style={{ left: at(estimate) }}
      />
    </div>
  );
}
