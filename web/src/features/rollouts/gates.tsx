import type { Gate, Verdict } from "@/api/rollouts";
import { Check, Warning } from "@/ui/icons";

import { describeInterval } from "./interval";
import { IntervalLine } from "./interval-line";
import { amount, metricOf } from "./metrics";

const cell = "md:px-3 md:py-3 md:align-top md:first:pl-0 md:last:pr-0";
const row = "max-md:grid max-md:grid-cols-2 max-md:gap-x-4 max-md:gap-y-2 max-md:py-4";

interface GatesProps {
  gates: readonly Pick<Gate, "metric">[];
  verdicts: readonly Verdict[];
}

/** Every gate of the plan with the latest look at it. On a phone each row is a card, and stays a row for screen readers. */
export function Gates({ gates, verdicts }: GatesProps) {
  return (
    <table role="table" className="w-full text-sm max-md:block">
      <thead role="rowgroup" className="border-b border-edge text-left text-soft max-md:sr-only">
        <tr role="row">
          {["Gate", "Control", "Candidate", "Worse by", "Result"].map((title) => (
            <th key={title} role="columnheader" scope="col" className={`${cell} font-medium`}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="divide-y divide-edge max-md:block">
        {gates.map(({ metric }) => (
          <Row key={metric} metric={metric} verdict={verdicts.find((verdict) => verdict.metric === metric)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ metric, verdict }: { metric: string; verdict: Verdict | undefined }) {
  const { label, about } = metricOf(metric);
  return (
    <tr role="row" className={row}>
      <th role="rowheader" scope="row" className={`${cell} text-left font-medium`}>
        {label}
        <span className="block text-xs font-normal text-soft">{about}</span>
      </th>
      <Arm title="Control" metric={metric} value={verdict?.control} answers={verdict?.control_n} />
      <Arm title="Candidate" metric={metric} value={verdict?.candidate} answers={verdict?.candidate_n} />
      <td role="cell" className={`${cell} max-md:col-span-2 md:w-[38%]`}>
        {verdict ? (
          <>
            <IntervalLine verdict={verdict} />
            <span className="mt-1 block text-xs tabular-nums text-soft">{describeInterval(verdict)}</span>
          </>
        ) : (
          <span className="text-soft">Not looked at yet</span>
        )}
      </td>
      <td role="cell" className={`${cell} max-md:col-start-2 max-md:row-start-1 max-md:text-right`}>
        {verdict && <Result verdict={verdict} />}
      </td>
    </tr>
  );
}

interface ArmProps {
  title: string;
  metric: string;
  value: number | null | undefined;
  answers: number | undefined;
}

function Arm({ title, metric, value, answers }: ArmProps) {
  return (
    <td role="cell" className={`${cell} tabular-nums`}>
      <span aria-hidden="true" className="block text-xs text-soft md:hidden">
        {title}
      </span>
      {amount(metric, value ?? null)}
      {!!answers && <span className="block text-xs text-soft">of {answers.toLocaleString("en")}</span>}
    </td>
  );
}

function Result({ verdict: { result, is_severe } }: { verdict: Verdict }) {
  if (result === "pass") {
    return (
      <span className="inline-flex items-center gap-1.5 font-medium text-leaf">
        <Check className="size-4" /> Passes
      </span>
    );
  }
  if (result === "fail") {
    return (
      <span className="inline-flex items-center gap-1.5 font-medium text-brick">
        <Warning className="size-4" /> {is_severe ? "Fails severely" : "Fails"}
      </span>
    );
  }
  return <span className="text-soft">{result === "no data" ? "No values yet" : "Not certain yet"}</span>;
}
