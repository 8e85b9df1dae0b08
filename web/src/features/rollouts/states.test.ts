import { describe, expect, test } from "vitest";

import type { State } from "@/api/rollouts";

import { aRollout, aTally } from "./a-rollout";
import { pace } from "./queries";
import { actsOf, awaits, canBeDeleted, inOrder, meaning, placeOf, saved } from "./states";

describe("what people may do", () => {
  test.each<[State, string[]]>([
    ["planned", ["start"]],
    ["shadow", ["pause", "promote", "abort"]],
    ["canary", ["pause", "promote", "abort"]],
    ["paused", ["resume", "promote", "abort"]],
    ["promoted", ["close", "abort"]],
    ["aborted", []],
    ["rolled_back", []],
    ["closed", []],
  ])("of one that is %s", (state, acts) => {
    expect(actsOf(state)).toEqual(acts);
  });

  test("one in force cannot be deleted, and any other can", () => {
    const states: State[] = ["planned", "shadow", "canary", "paused", "promoted", "aborted", "rolled_back", "closed"];
    expect(states.filter(canBeDeleted)).toEqual(["planned", "aborted", "rolled_back", "closed"]);
  });
});

test("the page looks every two seconds while something moves by itself, and not at what is over", () => {
  expect(pace("canary")).toBe(2000);
  expect(pace("shadow")).toBe(2000);
  expect(pace("paused")).toBeGreaterThan(2000);
  expect(pace("rolled_back")).toBe(false);
});

describe("what a running step waits for", () => {
  const steps = (part: Parameters<typeof aTally>[0]) => [aTally({ step: 2, share: 0.1, ...part })];

  test("names the samples and the time that are missing", () => {
    const rollout = aRollout({ steps: steps({ control_answers: 900, candidate_answers: 63 }) });
    expect(awaits(rollout, rollout.since + 240)).toEqual([
      "100 answers of each (control 900, candidate 63 so far)",
      "10 min in this step (4 min so far)",
      "no gate that fails",
    ]);
  });

  test("leaves out what is there", () => {
    const rollout = aRollout({ steps: steps({ control_answers: 900, candidate_answers: 100 }) });
    expect(awaits(rollout, rollout.since + 600)).toEqual(["no gate that fails"]);
  });

  test("counts pairs while it mirrors", () => {
    const rollout = aRollout({ state: "shadow", step: 0, share: 0, steps: [aTally({ pairs: 12, control_answers: 5000 })] });
    expect(awaits(rollout, rollout.since)).toEqual(["200 compared pairs (12 so far)", "no gate that fails"]);
  });

  test("a paused one waits for nobody but a person", () => {
    expect(awaits(aRollout({ state: "paused" }), 5000)).toEqual([]);
  });
});

test("the words for a canary name its share and who answers it", () => {
  expect(meaning(aRollout({}))).toBe("local/starter answers 10 % of the conversations, the control the others.");
});

describe("what it saved", () => {
  const mirror = aTally({ candidate_answers: 40, saved_micro_usd: 0 });
  const cheap = aTally({ share: 0.1, candidate_answers: 5, saved_micro_usd: 300 });
  const dear = aTally({ share: 0.5, candidate_answers: 9, saved_micro_usd: -50 });
  const unpriced = aTally({ share: 1, candidate_answers: 9 });

  test("adds up the steps in which users got the candidate's answers", () => {
    expect(saved([mirror, cheap, dear])).toEqual({ amount: 250, whole: true });
  });

  test("says so where the price of a step is not known", () => {
    expect(saved([cheap, unpriced])).toEqual({ amount: 300, whole: false });
    expect(saved([mirror, unpriced])).toEqual({ amount: null, whole: false });
  });

  test("is nothing yet, and not zero, while it only mirrors", () => {
    expect(saved([mirror])).toEqual({ amount: null, whole: true });
  });
});

test("every step of a plan that has not begun is ahead", () => {
  const places = (state: State, step: number) => [0, 1, 2].map((index) => placeOf(aRollout({ state, step }), index));
  expect(places("planned", 0)).toEqual(["ahead", "ahead", "ahead"]);
  expect(places("canary", 1)).toEqual(["done", "now", "ahead"]);
});

test("those in force come first, then the newest", () => {
  const list = [
    aRollout({ name: "old end", state: "closed", created_at: 1 }),
    aRollout({ name: "new end", state: "aborted", created_at: 9 }),
    aRollout({ name: "runs", state: "canary", created_at: 2 }),
  ];
  expect(inOrder(list).map(({ name }) => name)).toEqual(["runs", "new end", "old end"]);
});
