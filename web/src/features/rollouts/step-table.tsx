import type { Rollout, StepTally } from "@/api/rollouts";

import { dollars, percent } from "./format";

const cell = "px-3 py-2 text-right tabular-nums first:pl-0 last:pr-0";
const money = (amount: number | null) => (amount === null ? "–" : dollars(amount));

/** What each step has counted, cost and saved. */
export function StepTable({ rollout }: { rollout: Rollout }) {
  const begun = rollout.steps.filter(({ control_answers, candidate_answers, pairs }) => control_answers + candidate_answers + pairs > 0);
  if (begun.length === 0) return <p className="mt-4 text-[15px] text-soft">No step has measured anything yet.</p>;
  return (
    <div tabIndex={0} role="region" aria-label="What each step measured" className="focus-ring mt-6 overflow-x-auto rounded-sm">
      <table className="w-full whitespace-nowrap text-sm">
        <thead className="border-b border-edge text-left text-soft">
          <tr>
            {["Step", "Saved", "Control’s answers", "Candidate’s answers", "Pairs", "Control’s cost", "Candidate’s cost"].map((title) => (
              <th key={title} scope="col" className={`${cell} font-medium first:text-left`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-edge">
          {begun.map((tally) => (
            <Row key={tally.step} tally={tally} />
          ))}
        </tbody>
      </table>
      <p className="py-2 text-xs text-soft">Saved: what the control would have cost for the candidate’s answers, less what they did cost. “–”: no price is known.</p>
    </div>
  );
}

function Row({ tally }: { tally: StepTally }) {
  return (
    <tr>
      <th scope="row" className={`${cell} text-left! font-medium`}>
        {tally.share === 0 ? "mirror" : percent(tally.share)}
      </th>
      <td className={`${cell} font-medium`}>{money(tally.saved_micro_usd)}</td>
      <td className={cell}>{tally.control_answers.toLocaleString("en")}</td>
      <td className={cell}>{tally.candidate_answers.toLocaleString("en")}</td>
      <td className={cell}>{tally.pairs.toLocaleString("en")}</td>
      <td className={cell}>{money(tally.control_cost_micro_usd)}</td>
      <td className={cell}>{money(tally.candidate_cost_micro_usd)}</td>
    </tr>
  );
}
