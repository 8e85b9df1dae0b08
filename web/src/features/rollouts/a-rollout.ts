/** A rollout as the server tells of it, for tests. */
import type { Rollout, StepTally } from "@/api/rollouts";

import { newDraft, readDraft } from "./plan-draft";

const NOTHING = { control_answers: 0, candidate_answers: 0, pairs: 0, control_cost_micro_usd: null, candidate_cost_micro_usd: null };

export function aTally(part: Partial<StepTally>): StepTally {
  return { step: 0, share: 0, saved_micro_usd: null, ...NOTHING, ...part };
}

export function aRollout(part: Partial<Rollout>): Rollout {
  const { plan } = readDraft({ ...newDraft(), name: "cheaper", route: "assistant", model: "starter" });
  return {
    name: "cheaper",
    state: "canary",
    step: 2,
    since: 1000,
    failures: 0,
    reason: "",
    plan,
    share: 0.1,
    created_at: 0,
    created_by: "ada",
    updated_at: 1000,
    decision: null,
    steps: plan.steps.map(({ share }, step) => aTally({ step, share })),
    ...part,
  };
}
