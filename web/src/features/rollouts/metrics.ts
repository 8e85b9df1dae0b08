/** What a rollout measures, as the server knows it, with names and units for people. Decides nothing. */
import { number, percent } from "./format";

type Kind = "share" | "ratio" | "pair";

export interface Metric {
  name: string;
  label: string;
  kind: Kind;
  /** The worsening that is tolerated unless a plan says otherwise: a part of 1. */
  margin: number;
  about: string;
  unit?: (value: number) => string;
  /** The part of the plan without which it never sees a value. */
  needs?: "judge" | "embedder" | "checks" | "unsafe_patterns";
}

const seconds = (value: number) => (Math.abs(value) < 1 ? `${number(value * 1000)} ms` : `${number(value)} s`);

export const METRICS: readonly Metric[] = [
  { name: "error_rate", label: "Errors", kind: "share", margin: 0.01, about: "answers that failed" },
  { name: "refusal_rate", label: "Refusals", kind: "share", margin: 0.02, about: "answers that decline the task" },
  { name: "invalid_json_rate", label: "Invalid JSON", kind: "share", margin: 0.01, about: "JSON asked for, not got" },
  { name: "check_failure_rate", label: "Failed checks", kind: "share", margin: 0.01, about: "answers failing a check", needs: "checks" },
  { name: "unsafe_rate", label: "Unsafe patterns", kind: "share", margin: 0.005, about: "answers with unsafe patterns", needs: "unsafe_patterns" },
  { name: "thumbs_down_rate", label: "Thumbs down", kind: "share", margin: 0.02, about: "answers people disliked" },
  { name: "ttft_seconds", label: "First token", kind: "ratio", margin: 0.1, about: "time to the first token", unit: seconds },
  { name: "tokens_per_second", label: "Speed", kind: "ratio", margin: 0.1, about: "tokens per second", unit: (value) => `${number(value)} tokens/s` },
  { name: "cost_usd", label: "Cost", kind: "ratio", margin: 0, about: "cost of a request", unit: (value) => `$${number(value)}` },
  { name: "output_tokens", label: "Length", kind: "ratio", margin: 0.3, about: "length of answers", unit: (value) => `${number(value)} tokens` },
  { name: "quality", label: "Quality", kind: "pair", margin: 0.1, about: "judged wins less losses, −1 to 1", needs: "judge" },
  { name: "similarity", label: "Similarity", kind: "pair", margin: 0.3, about: "cosine of embeddings", needs: "embedder" },
  { name: "tool_agreement", label: "Same tools", kind: "pair", margin: 0.1, about: "the same tools called" },
];

const BY_NAME = new Map(METRICS.map((metric) => [metric.name, metric]));

/** A metric that this page does not know yet is shown under its own name, as a plain number. */
export function metricOf(name: string): Metric {
  return BY_NAME.get(name) ?? { name, label: name, kind: "pair", margin: 0, about: "" };
}

/** An arm's mean in its unit. */
export function amount(name: string, value: number | null): string {
  if (value === null) return "–";
  const { kind, unit } = metricOf(name);
  if (unit) return unit(value);
  return kind === "share" ? percent(value) : number(value);
}

/** A worsening or margin: points of a share or score, or a part of the control's amount. */
export function change(name: string, value: number): string {
  const { kind } = metricOf(name);
  if (kind === "ratio") return percent(value);
  return kind === "share" ? points(number(value * 100)) : number(value);
}

const points = (text: string) => `${text} ${text === "1" ? "point" : "points"}`;
