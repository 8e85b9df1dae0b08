/** Numbers and times as people read them. */

const MICRO = 1_000_000;
/** Below this a number is what rounding has left of 0. */
const NOTHING = 1e-9;
const MINUS = "−";
const UNITS: readonly [string, number][] = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** Up to `digits` significant digits, without zeros that say nothing, with a real minus sign. */
export function number(value: number, digits = 3): string {
  const size = Math.abs(value) < NOTHING ? 0 : Math.abs(value);
  const text = size >= 10 ** digits ? Math.round(size).toLocaleString("en") : String(Number(size.toPrecision(digits)));
  return value < 0 && text !== "0" ? MINUS + text : text;
}

/** A part of 1 as a percentage. */
export function percent(part: number): string {
  return `${number(part * 100)} %`;
}

/** Micro-USD as dollars. Small sums keep their digits, so that a saving of half a cent is not "0". */
export function dollars(microUsd: number): string {
  const usd = Math.abs(microUsd) / MICRO;
  const text = usd === 0 || usd >= 0.01 ? usd.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : number(usd, 2);
  return `${microUsd < 0 ? MINUS : ""}$${text}`;
}

/** The two largest units of a span, as "2 h 5 min". */
export function span(seconds: number): string {
  if (seconds < 1) return seconds <= 0 ? "0 s" : `${number(seconds * 1000)} ms`;
  const parts: string[] = [];
  let left = Math.round(seconds);
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(left / size);
    left %= size;
    if (amount > 0) parts.push(`${amount} ${unit}`);
  }
  return parts.slice(0, 2).join(" ");
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString("en")} ${amount === 1 ? one : many}`;
}

export function moment(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toLocaleString("en", { dateStyle: "medium", timeStyle: "medium" });
}
