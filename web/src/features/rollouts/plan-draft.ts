/** A plan while it is being written: every number is text, so that nothing typed is lost. The server has the last word. */
import type { Check, Gate, Plan, Step } from "@/api/rollouts";

import { metricOf } from "./metrics";

export interface StepDraft {
  id: number;
  /** Percent. */
  share: string;
  samples: string;
  /** Minutes. */
  soak: string;
  /** Hours. */
  longest: string;
  proof: boolean;
}

export interface GateDraft {
  id: number;
  metric: string;
  /** Percent of a ratio, points of a share, or a score. */
  margin: string;
  severe: number | null;
}

export interface Draft {
  name: string;
  route: string;
  provider: string;
  model: string;
  steps: StepDraft[];
  gates: GateDraft[];
  mirrorShare: string;
  budget: string;
  judge: string;
  embedder: string;
  failureLimit: string;
  interval: string;
  /** Regular expressions, one a line. */
  checks: string;
  patterns: string;
  consent: boolean;
  redact: boolean;
  retention: string;
  /** What the form does not show stays as it is. */
  rest: Partial<Plan>;
}

const FIELDS = [
  "name",
  "route",
  "candidate",
  "steps",
  "gates",
  "mirror",
  "judge",
  "embedder",
  "failure_limit",
  "interval_seconds",
  "checks",
  "unsafe_patterns",
  "capture",
] as const;

export type Field = (typeof FIELDS)[number];
export type Errors = Partial<Record<Field | "form", string>>;

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const ids = { last: 0 };
const newId = () => (ids.last += 1);

/** Without the noise of binary fractions: 0.07 · 100 is 7. */
const text = (value: number) => String(Number(value.toPrecision(12)));

/** A span in seconds from a text in minutes or hours, fewer digits than the text has, so that it comes back as it was. */
const toSeconds = (value: number, unit: number) => Number((value * unit).toPrecision(10));

/** The text of a metric's margin is in hundredths, but for scores. */
const scaleOf = (metric: string) => (metricOf(metric).kind === "pair" ? 1 : 100);

export function newStep(share: string, samples = "100", soak = "10", proof = false): StepDraft {
  return { id: newId(), share, samples, soak, longest: "24", proof };
}

export function newGate(metric: string): GateDraft {
  return { id: newId(), metric, margin: text(metricOf(metric).margin * scaleOf(metric)), severe: null };
}

export function newDraft(): Draft {
  return {
    name: "",
    route: "",
    provider: "local",
    model: "",
    steps: [newStep("0", "200", "0"), newStep("1"), newStep("10"), newStep("25"), newStep("50", "100", "10", true), newStep("100")],
    gates: ["error_rate", "ttft_seconds", "refusal_rate"].map(newGate),
    mirrorShare: "100",
    budget: "10",
    judge: "",
    embedder: "",
    failureLimit: "2",
    interval: "60",
    checks: "",
    patterns: "",
    consent: false,
    redact: true,
    retention: "30",
    rest: {},
  };
}

/** A planned rollout's plan, to be changed. */
export function draftOf(name: string, plan: Plan): Draft {
  const [provider = "", ...model] = plan.candidate.split("/");
  return {
    name,
    route: plan.route,
    provider,
    model: model.join("/"),
    steps: plan.steps.map(stepDraft),
    gates: plan.gates.map(gateDraft),
    mirrorShare: text(plan.mirror.share * 100),
    budget: text(plan.mirror.budget_usd),
    judge: plan.judge,
    embedder: plan.embedder,
    failureLimit: text(plan.failure_limit),
    interval: text(plan.interval_seconds),
    checks: plan.checks.flatMap(({ kind, value }) => (kind === "regex" ? value : [])).join("\n"),
    patterns: plan.unsafe_patterns.join("\n"),
    consent: plan.capture.consent,
    redact: plan.capture.redact,
    retention: text(plan.capture.retention_days),
    rest: plan,
  };
}

function stepDraft({ share, min_samples, soak_seconds, max_seconds, evidence }: Step): StepDraft {
  const times = { soak: text(soak_seconds / 60), longest: text(max_seconds / 3600) };
  return { id: newId(), share: text(share * 100), samples: text(min_samples), ...times, proof: evidence === "proof" };
}

function gateDraft({ metric, margin, severe }: Gate): GateDraft {
  return margin === null ? { ...newGate(metric), severe } : { id: newId(), metric, margin: text(margin * scaleOf(metric)), severe };
}

/** Reads the texts. What is no number is an error at its field, and the rest is still read. */
class Reader {
  readonly errors: Errors = {};

  number(field: Field, label: string, typed: string): number {
    const value = typed.trim() === "" ? NaN : Number(typed);
    if (Number.isFinite(value)) return value;
    this.errors[field] ??= typed.trim() === "" ? `${label} is missing.` : `${label}: “${typed}” is no number.`;
    return 0;
  }

  step = ({ share, samples, soak, longest, proof }: StepDraft, index: number): Step => {
    const read = (label: string, typed: string) => this.number("steps", `Step ${index + 1}, ${label}`, typed);
    const part = read("share", share) / 100;
    // The server would say it of a part of 1, which nobody has typed here.
    if (part < 0 || part > 1) this.errors.steps ??= `Step ${index + 1}, share: a percentage is 0 to 100.`;
    return {
      share: part,
      min_samples: read("samples", samples),
      soak_seconds: toSeconds(read("soak", soak), 60),
      max_seconds: toSeconds(read("longest", longest), 3600),
      evidence: proof ? "proof" : "no harm",
    };
  };

  gate = ({ metric, margin, severe }: GateDraft): Gate => ({
    metric,
    margin: this.number("gates", `Margin of ${metricOf(metric).label.toLowerCase()}`, margin) / scaleOf(metric),
    severe,
  });
}

export function readDraft(draft: Draft): { plan: Plan; errors: Errors } {
  const reader = new Reader();
  if (!NAME.test(draft.name)) reader.errors.name = "A name is lower-case letters, digits, dots and dashes; 100 at most.";
  const { rest } = draft;
  const plan = {
    ...rest,
    route: draft.route.trim(),
    candidate: `${draft.provider.trim()}/${draft.model.trim()}`,
    steps: draft.steps.map(reader.step),
    gates: draft.gates.map(reader.gate),
    interval_seconds: reader.number("interval_seconds", "The interval", draft.interval),
    failure_limit: reader.number("failure_limit", "The failure limit", draft.failureLimit),
    judge: draft.judge.trim(),
    embedder: draft.embedder.trim(),
    checks: [...lines(draft.checks).map(regexCheck), ...(rest.checks ?? []).filter(({ kind }) => kind !== "regex")],
    unsafe_patterns: lines(draft.patterns),
    mirror: {
      at_once: 4,
      ...rest.mirror,
      share: reader.number("mirror", "The mirrored share", draft.mirrorShare) / 100,
      budget_usd: reader.number("mirror", "The budget", draft.budget),
    },
    capture: { consent: draft.consent, redact: draft.redact, retention_days: reader.number("capture", "The number of days", draft.retention) },
  };
  return { plan: plan as Plan, errors: reader.errors };
}

const regexCheck = (value: string): Check => ({ kind: "regex", value });

const lines = (typed: string) => typed.split("\n").filter((line) => line.trim() !== "");

/** Where a refusal of the server belongs: at the field that `param` names, as in `steps[0].share`, else over the form. */
export function errorsOf(message: string, param: string | null): Errors {
  const head = param?.split(/[.[]/)[0];
  return { [FIELDS.find((field) => field === head) ?? "form"]: message };
}
