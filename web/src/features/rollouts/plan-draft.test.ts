import { describe, expect, test } from "vitest";

import type { Plan } from "@/api/rollouts";

import { draftCell, forgetDraft, forgetDrafts } from "./drafts";
import { draftOf, errorsOf, newDraft, newGate, newStep, readDraft } from "./plan-draft";

const filled = () => ({ ...newDraft(), name: "cheaper", route: "assistant", model: "org/model" });

describe("reading a draft", () => {
  test("the defaults are a plan without errors: mirror, then 1, 10, 25, 50 and 100 %", () => {
    const { plan, errors } = readDraft(filled());
    expect(errors).toEqual({});
    expect(plan.candidate).toBe("local/org/model");
    expect(plan.steps.map(({ share, min_samples, soak_seconds, max_seconds, evidence }) => [share, min_samples, soak_seconds, max_seconds, evidence])).toEqual([
      [0, 200, 0, 86_400, "no harm"],
      [0.01, 100, 600, 86_400, "no harm"],
      [0.1, 100, 600, 86_400, "no harm"],
      [0.25, 100, 600, 86_400, "no harm"],
      [0.5, 100, 600, 86_400, "proof"],
      [1, 100, 600, 86_400, "no harm"],
    ]);
    expect(plan.gates).toEqual([
      { metric: "error_rate", margin: 0.01, severe: null },
      { metric: "ttft_seconds", margin: 0.1, severe: null },
      { metric: "refusal_rate", margin: 0.02, severe: null },
    ]);
    expect(plan.mirror).toEqual({ share: 1, budget_usd: 10, at_once: 4 });
  });

  test("a margin of a score is no percentage", () => {
    expect(readDraft({ ...filled(), gates: [newGate("quality")] }).plan.gates).toEqual([{ metric: "quality", margin: 0.1, severe: null }]);
  });

  test("what is no number is told at its field, with its place", () => {
    const { errors } = readDraft({ ...filled(), steps: [newStep("1"), newStep("ten")], budget: " ", interval: "1e999" });
    expect(errors).toEqual({
      steps: "Step 2, share: “ten” is no number.",
      mirror: "The budget is missing.",
      interval_seconds: "The interval: “1e999” is no number.",
    });
  });

  test("a share beyond the whole is told in percent, as it was typed", () => {
    expect(readDraft({ ...filled(), steps: [newStep("150"), newStep("100")] }).errors).toEqual({ steps: "Step 1, share: a percentage is 0 to 100." });
  });

  test.each(["", "Upper", "a/b", "-x", "a".repeat(101)])("%j is no name", (name) => {
    expect(readDraft({ ...filled(), name }).errors.name).toBeDefined();
  });

  test("one pattern a line, empty lines left out, spaces kept", () => {
    const { plan } = readDraft({ ...filled(), patterns: "rm -rf \n\n^sudo", checks: "\\d+" });
    expect(plan.unsafe_patterns).toEqual(["rm -rf ", "^sudo"]);
    expect(plan.checks).toEqual([{ kind: "regex", value: "\\d+" }]);
  });
});

test("a plan that is opened and saved again is the same, with what the form does not show", () => {
  const plan: Plan & { exclude: unknown } = {
    ...readDraft(filled()).plan,
    steps: [
      { share: 0.07, min_samples: 50, soak_seconds: 90, max_seconds: 5400, evidence: "proof" },
      { share: 1, min_samples: 1, soak_seconds: 0.5, max_seconds: 60, evidence: "no harm" },
    ],
    gates: [{ metric: "error_rate", margin: 0.003, severe: 0.2 }],
    checks: [
      { kind: "regex", value: "ok" },
      { kind: "json_schema", value: "{}" },
    ],
    mirror: { share: 0.3, budget_usd: 2.5, at_once: 9 },
    capture: { consent: true, redact: false, retention_days: 7 },
    false_rollback: 0.05,
    webhook: "https://example.com/hook",
    equivalent: "vendor/large",
    exclude: { organisations: ["o1"], teams: [], people: [], keys: [] },
  };
  const { plan: read, errors } = readDraft(draftOf("cheaper", plan));
  expect(errors).toEqual({});
  expect(read).toEqual(plan);
});

test("a gate that has the metric's own margin shows it", () => {
  const plan = { ...readDraft(filled()).plan, gates: [{ metric: "unsafe_rate", margin: null, severe: null }] };
  expect(draftOf("x", plan).gates[0]!.margin).toBe("0.5");
});

describe("a refusal of the server", () => {
  test.each([
    ["steps", "steps"],
    ["steps[0].share", "steps"],
    ["mirror.budget_usd", "mirror"],
    ["unsafe_patterns", "unsafe_patterns"],
    ["webhook", "form"],
    [null, "form"],
  ])("of %j stands at %j", (param, field) => {
    expect(errorsOf("No.", param)).toEqual({ [field]: "No." });
  });
});

test("what was typed is there when the page is opened again, until it is saved or somebody else signs in", () => {
  draftCell("", newDraft).update((draft) => ({ ...draft, name: "typed" }));
  expect(draftCell("", newDraft).get().name).toBe("typed");
  forgetDraft("");
  expect(draftCell("", newDraft).get().name).toBe("");
  draftCell("", newDraft).update((draft) => ({ ...draft, name: "again" }));
  forgetDrafts();
  expect(draftCell("", newDraft).get().name).toBe("");
});
