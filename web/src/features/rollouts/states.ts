/** A rollout in words: what its state means, why it is there, and what people may do. */
import type { Act, Evidence, Rollout, State, Step, StepTally } from "@/api/rollouts";

import { count, percent, span } from "./format";

export const STATE_NAMES: Record<State, string> = {
  planned: "Planned",
  shadow: "Mirroring",
  canary: "Canary",
  paused: "Paused",
  promoted: "Promoted",
  aborted: "Aborted",
  rolled_back: "Rolled back",
  closed: "Closed",
};

const ACTS: Record<State, readonly Act[]> = {
  planned: ["start"],
  shadow: ["pause", "promote", "abort"],
  canary: ["pause", "promote", "abort"],
  paused: ["resume", "promote", "abort"],
  promoted: ["close", "abort"],
  aborted: [],
  rolled_back: [],
  closed: [],
};

export const actsOf = (state: State): readonly Act[] => ACTS[state];
export const isRunning = (state: State) => state === "shadow" || state === "canary";
export const isInForce = (state: State) => isRunning(state) || state === "paused" || state === "promoted";
export const canBeDeleted = (state: State) => !isInForce(state);

/** What users get while a rollout is in this state. */
export function meaning({ state, share, plan }: Rollout): string {
  const part = percent(share);
  const texts: Record<State, string> = {
    planned: "Nothing has begun: the route answers as before.",
    shadow: `Users get the control's answers. ${plan.candidate} answers copies, and the two are compared.`,
    canary: `${plan.candidate} answers ${part} of the conversations, the control the others.`,
    paused: `It stays at ${part} until somebody resumes or aborts it. Meanwhile nothing is measured.`,
    promoted: `${plan.candidate} answers everything. Close the rollout once the route's own settings name it, or abort to go back.`,
    aborted: "The route answers as before the rollout.",
    rolled_back: "The candidate was sent back: the route answers as before the rollout.",
    closed: "The rollout is over, and the route's own settings decide.",
  };
  return texts[state];
}

/** What a running step still waits for; nothing when it is not running. `now` is in unix seconds. */
export function awaits(rollout: Rollout, now: number): string[] {
  const step = rollout.plan.steps[rollout.step];
  if (!step || !isRunning(rollout.state)) return [];
  return [samplesMissing(step, tallyOf(rollout, rollout.step)), soakMissing(step, now - rollout.since), EVIDENCE[step.evidence]].filter(
    (text) => text !== "",
  );
}

const EVIDENCE: Record<Evidence, string> = {
  "no harm": "no gate that fails",
  proof: "every gate passed",
};

function samplesMissing({ share, min_samples: wanted }: Step, tally: StepTally | undefined): string {
  const { pairs = 0, control_answers: control = 0, candidate_answers: candidate = 0 } = tally ?? {};
  if (share === 0) return pairs >= wanted ? "" : `${count(wanted, "compared pair")} (${pairs} so far)`;
  if (Math.min(control, candidate) >= wanted) return "";
  return `${count(wanted, "answer")} of each (control ${control}, candidate ${candidate} so far)`;
}

function soakMissing({ soak_seconds: wanted }: Step, passed: number): string {
  return passed >= wanted ? "" : `${span(wanted)} in this step (${span(Math.max(0, passed))} so far)`;
}

export function tallyOf(rollout: Rollout, step: number): StepTally | undefined {
  return rollout.steps.find((tally) => tally.step === step);
}

export interface Saving {
  /** Micro-USD; null where no step's is known. */
  amount: number | null;
  /** False where the price of some step that had answers is not known. */
  whole: boolean;
}

export function saved(steps: readonly StepTally[]): Saving {
  // Of a mirroring step users got the control's answers, so there was nothing to save.
  const busy = steps.filter((step) => step.share > 0 && step.candidate_answers > 0);
  const known = busy.flatMap((step) => step.saved_micro_usd ?? []);
  const amount = known.length ? known.reduce((sum, one) => sum + one, 0) : null;
  return { amount, whole: known.length === busy.length };
}

const ACTION_NAMES: Record<string, string> = {
  start: "Started",
  pause: "Paused",
  resume: "Resumed",
  abort: "Aborted",
  promote: "Promoted",
  close: "Closed",
  advance: "Went on",
  halt: "Halted",
  roll_back: "Rolled back",
  wait: "Waited",
};

export const actionName = (action: string) => ACTION_NAMES[action] ?? action.replaceAll("_", " ");

export type StepPlace = "done" | "now" | "ahead";

/** Where a step lies from the running one. Of what has not begun, every step is ahead. */
export function placeOf({ state, step: current }: Rollout, step: number): StepPlace {
  if (state === "planned") return "ahead";
  if (step === current) return "now";
  return step < current ? "done" : "ahead";
}

/** Those in force first, then the newest: an order that no look at the gates changes. */
export function inOrder(rollouts: readonly Rollout[]): Rollout[] {
  return [...rollouts].sort((a, b) => Number(isInForce(b.state)) - Number(isInForce(a.state)) || b.created_at - a.created_at);
}
