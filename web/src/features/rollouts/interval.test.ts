import { describe, expect, test } from "vitest";

import type { Verdict } from "@/api/rollouts";

import { describeInterval, planInterval } from "./interval";

function verdict(part: Partial<Verdict>): Verdict {
  const arms = { control: 0.01, candidate: 0.013, control_n: 500, candidate_n: 480 };
  return { metric: "error_rate", result: "inconclusive", is_severe: false, worsening: 0.003, low: -0.004, high: 0.012, margin: 0.01, ...arms, ...part };
}

describe("an interval on its line", () => {
  test("lies in the order in which its numbers are", () => {
    const plan = planInterval(verdict({}))!;
    const places = [0, plan.low, plan.zero, plan.estimate, plan.margin, plan.high, 1];
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
    expect([plan.opensLeft, plan.opensRight]).toEqual([false, false]);
  });

  test("a bound that is unlimited or off the line goes to its end and stays open", () => {
    const plan = planInterval(verdict({ low: null, high: 3 }))!;
    expect([plan.low, plan.high]).toEqual([0, 1]);
    expect([plan.opensLeft, plan.opensRight]).toEqual([true, true]);
  });

  test("a worsening of many margins is still on the line", () => {
    const { estimate, margin } = planInterval(verdict({ worsening: 0.8, low: 0.7, high: 0.9 }))!;
    expect(estimate).toBeLessThan(1);
    expect(margin).toBeLessThan(estimate);
  });

  test("a margin of zero stands where nothing is worse", () => {
    const plan = planInterval(verdict({ metric: "cost_usd", margin: 0, worsening: 0, low: -0.1, high: 0.1 }))!;
    expect(plan.margin).toBe(plan.zero);
  });

  test("without values nothing is drawn", () => {
    expect(planInterval(verdict({ result: "no data" }))).toBeNull();
  });
});

test("the words carry the same numbers, in the metric's unit", () => {
  expect(describeInterval(verdict({}))).toBe("0.3 points, between −0.4 points and 1.2 points; margin 1 point");
  expect(describeInterval(verdict({ metric: "ttft_seconds", worsening: 0.08, low: -0.02, high: null, margin: 0.1 }))).toBe("8 %, between −2 % and unlimited; margin 10 %");
  expect(describeInterval(verdict({ metric: "quality", worsening: 0.05, low: -0.1, high: 0.2, margin: 0.1 }))).toBe("0.05, between −0.1 and 0.2; margin 0.1");
});
