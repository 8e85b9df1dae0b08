/** Two histograms over the same bins as shapes. Heights are parts of each arm's own answers, since the arms differ in size. */
import type { Distribution } from "@/api/rollouts";

import { amount } from "./metrics";

export interface Histogram {
  control: number[];
  candidate: number[];
  /** The highest part of either arm. */
  peak: number;
  controlCount: number;
  candidateCount: number;
}

const total = (counts: readonly number[]) => counts.reduce((sum, one) => sum + one, 0);

const parts = (counts: readonly number[]) => {
  const all = total(counts);
  return counts.map((one) => (all ? one / all : 0));
};

/** Null where neither arm has a value. */
export function toHistogram({ control, candidate, edges }: Distribution): Histogram | null {
  const [controlCount, candidateCount] = [total(control), total(candidate)];
  if (edges.length < 2 || controlCount + candidateCount === 0) return null;
  const shapes = { control: parts(control), candidate: parts(candidate) };
  return { ...shapes, peak: Math.max(...shapes.control, ...shapes.candidate), controlCount, candidateCount };
}

/** The outline of bars from the ground up and back, as an SVG path in a box of this size. */
export function outline(heights: readonly number[], peak: number, width: number, height: number): string {
  const step = width / heights.length;
  const y = (part: number) => round(height - (peak ? part / peak : 0) * height);
  const tops = heights.map((part, index) => `V${y(part)}H${round((index + 1) * step)}`);
  return `M0 ${height}${tops.join("")}V${height}`;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** The value that half of the answers do not exceed: the middle of its bin. Null without answers. */
export function median(edges: readonly number[], counts: readonly number[]): number | null {
  const half = total(counts) / 2;
  let passed = 0;
  for (const [index, here] of counts.entries()) {
    passed += here;
    if (here > 0 && passed >= half) return (edges[index]! + edges[index + 1]!) / 2;
  }
  return null;
}

/** What the picture shows, for those who do not see it. */
export function describeDistribution({ metric, edges, control, candidate }: Distribution): string {
  const arm = (name: string, counts: readonly number[]) => {
    const middle = median(edges, counts);
    return middle === null ? `${name}: no values` : `${name}: ${total(counts).toLocaleString("en")} values, half of them up to about ${amount(metric, middle)}`;
  };
  return `${arm("Control", control)}. ${arm("Candidate", candidate)}.`;
}
