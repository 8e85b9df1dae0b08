/** The admin API's rollouts. Everything here needs an administrator; times are unix seconds, money is micro-USD. */
import { request, requestJson } from "./http";
import type { Model } from "./types";

export type State = "planned" | "shadow" | "canary" | "paused" | "promoted" | "aborted" | "rolled_back" | "closed";
export type Act = "start" | "pause" | "resume" | "abort" | "promote" | "close";
export type Evidence = "no harm" | "proof";

export interface Step {
  share: number;
  min_samples: number;
  soak_seconds: number;
  max_seconds: number;
  evidence: Evidence;
}

/** A margin of null is the metric's own. */
export interface Gate {
  metric: string;
  margin: number | null;
  severe: number | null;
}

export interface Check {
  kind: "regex" | "json_schema";
  value: string;
}

export interface Plan {
  route: string;
  candidate: string;
  steps: Step[];
  gates: Gate[];
  interval_seconds: number;
  failure_limit: number;
  false_rollback: number;
  judge: string;
  embedder: string;
  checks: Check[];
  unsafe_patterns: string[];
  mirror: { share: number; budget_usd: number; at_once: number };
  capture: { consent: boolean; redact: boolean; retention_days: number };
  webhook: string;
  equivalent: string;
}

/** One gate's result. A bound that is null is unlimited: there is too little to say more. */
export interface Verdict {
  metric: string;
  result: "pass" | "fail" | "inconclusive" | "no data";
  is_severe: boolean;
  worsening: number | null;
  low: number | null;
  high: number | null;
  margin: number;
  control: number | null;
  candidate: number | null;
  control_n: number;
  candidate_n: number;
}

export interface Decision {
  action: "wait" | "advance" | "halt" | "roll_back" | "pause" | "promote";
  reason: string;
  verdicts: Verdict[];
}

/** What a step has measured. Money is null where no price is known. */
export interface StepTally {
  step: number;
  share: number;
  control_answers: number;
  candidate_answers: number;
  pairs: number;
  control_cost_micro_usd: number | null;
  candidate_cost_micro_usd: number | null;
  saved_micro_usd: number | null;
}

export interface Rollout {
  name: string;
  state: State;
  step: number;
  since: number;
  failures: number;
  reason: string;
  plan: Plan;
  share: number;
  created_at: number;
  created_by: string;
  updated_at: number;
  decision: Decision | null;
  steps: StepTally[];
}

export interface HistoryEntry {
  at: number;
  action: string;
  actor: string;
  from_state: State;
  to_state: State;
  step: number;
  reason: string;
  decision: Decision | null;
}

/** Counts per bin of both arms; there is one edge more than there are bins. */
export interface Distribution {
  metric: string;
  edges: number[];
  control: number[];
  candidate: number[];
}

export interface Example {
  request_id: string;
  at: number;
  step: number;
  prompt: string;
  control: string;
  candidate: string;
  control_model: string;
  candidate_model: string;
  scores: Record<string, number>;
}

interface List<T> {
  data: T[];
}

const ROOT = "/admin/v1/rollouts";
const EXAMPLES = 20;

const pathOf = (name: string, below = "") => `${ROOT}/${encodeURIComponent(name)}${below}`;

export async function listRollouts(): Promise<Rollout[]> {
  return (await requestJson<List<Rollout>>("GET", ROOT)).data;
}

export function readRollout(name: string): Promise<Rollout> {
  return requestJson("GET", pathOf(name));
}

/** Plans a rollout, or plans it anew while it has not begun. */
export function putRollout(name: string, plan: Plan): Promise<Rollout> {
  return requestJson("PUT", pathOf(name), { body: plan });
}

export function actOnRollout(name: string, act: Act): Promise<Rollout> {
  return requestJson("POST", pathOf(name, `/${act}`));
}

export async function deleteRollout(name: string): Promise<void> {
  await request("DELETE", pathOf(name));
}

/** Newest first. */
export async function readHistory(name: string): Promise<HistoryEntry[]> {
  return (await requestJson<List<HistoryEntry>>("GET", pathOf(name, "/history"))).data;
}

export function readDistribution(name: string, step: number, metric: string): Promise<Distribution> {
  const query = new URLSearchParams({ metric, step: String(step) });
  return requestJson("GET", pathOf(name, `/distribution?${query.toString()}`));
}

/** Newest first. */
export async function listExamples(name: string): Promise<Example[]> {
  return (await requestJson<List<Example>>("GET", pathOf(name, `/examples?limit=${EXAMPLES}`))).data;
}

/** Every public model name, whatever its kind. */
export async function listRoutes(): Promise<Model[]> {
  return (await requestJson<List<Model>>("GET", "/v1/models")).data;
}

export async function listProviders(): Promise<string[]> {
  const { data } = await requestJson<List<{ name: string }>>("GET", "/admin/v1/providers");
  return data.map(({ name }) => name);
}
