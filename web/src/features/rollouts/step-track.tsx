import type { Rollout } from "@/api/rollouts";

import { percent } from "./format";
import { isInForce, placeOf, type StepPlace } from "./states";

const BARS: Record<StepPlace, string> = { done: "bg-leaf", now: "bg-leaf", ahead: "bg-edge-strong/50" };

/** The steps in a row; each bar is as high as its share. */
export function StepTrack({ rollout }: { rollout: Rollout }) {
  return (
    <ol aria-label="Steps" className="grid grid-cols-[repeat(auto-fit,minmax(3.25rem,1fr))] gap-x-1.5 gap-y-4">
      {rollout.plan.steps.map(({ share }, index) => {
        const place = placeOf(rollout, index);
        return (
          <li key={index} aria-current={place === "now" ? "step" : undefined}>
            <div aria-hidden="true" className={`flex h-14 items-end rounded-md bg-well ${place === "now" ? "outline-2 outline-offset-2 outline-leaf" : ""}`}>
              <div className={`w-full rounded-md ${BARS[place]}`} style={{ height: `${Math.max(6, share * 100)}%` }} />
            </div>
            <p className={`mt-2 text-sm tabular-nums ${place === "now" ? "font-semibold" : ""}`}>{share === 0 ? "mirror" : percent(share)}</p>
            <p className="text-xs text-soft">{wordOf(rollout, place)}</p>
          </li>
        );
      })}
    </ol>
  );
}

function wordOf({ state }: Rollout, place: StepPlace): string {
  if (place !== "now") return place;
  if (state === "promoted") return "reached";
  return isInForce(state) ? "now" : "ended here";
}
