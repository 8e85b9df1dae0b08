/** Where a gate's interval, its estimate and its margin lie on a line. Places are parts of the line's width. */
import type { Verdict } from "@/api/rollouts";

import { change } from "./metrics";

const ROOM = 1.2;
const MARGINS_SHOWN = 2.5;
const SMALLEST_REACH = 0.02;

export interface IntervalPlan {
  zero: number;
  /** The tolerated worsening. */
  margin: number;
  low: number;
  high: number;
  estimate: number;
  /** The interval goes on beyond the line's end. */
  opensLeft: boolean;
  opensRight: boolean;
}

/** Null where there is nothing to draw. */
export function planInterval(verdict: Verdict): IntervalPlan | null {
  const { worsening, low, high, margin, result } = verdict;
  if (worsening === null || result === "no data") return null;
  const reach = Math.max(margin * MARGINS_SHOWN, Math.abs(worsening) * ROOM, SMALLEST_REACH);
  const place = (value: number) => Math.min(1, Math.max(0, (value + reach) / (2 * reach)));
  return {
    zero: 0.5,
    margin: place(margin),
    low: place(low ?? -reach),
    high: place(high ?? reach),
    estimate: place(worsening),
    opensLeft: low === null || low < -reach,
    opensRight: high === null || high > reach,
  };
}

/** The same in words. */
export function describeInterval({ metric, worsening, low, high, margin, result }: Verdict): string {
  if (worsening === null || result === "no data") return `no values yet; margin ${change(metric, margin)}`;
  const from = low === null ? "unlimited" : change(metric, low);
  const to = high === null ? "unlimited" : change(metric, high);
  return `${change(metric, worsening)}, between ${from} and ${to}; margin ${change(metric, margin)}`;
}
