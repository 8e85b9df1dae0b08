import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Rollout } from "@/api/rollouts";
import { Skeleton } from "@/ui/skeleton";

import { Acts } from "./acts";
import { Distributions } from "./distributions";
import { Examples } from "./examples";
import { count, moment, percent, span } from "./format";
import { Frame, Heading, Notice, outlineLink, Refused } from "./frame";
import { Gates } from "./gates";
import { History } from "./history";
import { rolloutQuery } from "./queries";
import { Section } from "./section";
import { StateBadge } from "./state-badge";
import { awaits, isRunning, meaning } from "./states";
import { StepTable } from "./step-table";
import { StepTrack } from "./step-track";

interface PageProps {
  name: string;
  leading: ReactNode;
}

/** One rollout. Mount with `key={name}`: nothing of one may show in another. */
export function RolloutPage({ name, leading }: PageProps) {
  const { data, error, dataUpdatedAt, refetch } = useQuery(rolloutQuery(name));
  return (
    <Frame leading={leading} title={name}>
      {!data && !error && <Skeleton widths={["40%", "90%", "76%", "84%", "60%"]} />}
      {!data && error && <Refused error={error} onRetry={() => void refetch()} />}
      {data && error && (
        <Notice>
          {error.message} What you see is from {moment(dataUpdatedAt / 1000)}.
        </Notice>
      )}
      {data && <Known rollout={data} now={dataUpdatedAt / 1000} />}
    </Frame>
  );
}

function Known({ rollout, now }: { rollout: Rollout; now: number }) {
  const { name, plan, state, decision } = rollout;
  const navigate = useNavigate();
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Heading>{name}</Heading>
        <StateBadge state={state} />
      </div>
      <p className="mt-1 text-soft [overflow-wrap:anywhere]">
        {plan.route} → {plan.candidate}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Acts rollout={rollout} onDeleted={() => navigate({ to: "/rollouts" })} />
        {state === "planned" && (
          <Link to="/rollouts/$name/plan" params={{ name }} className={outlineLink}>
            Change the plan
          </Link>
        )}
      </div>
      <Standing rollout={rollout} now={now} />
      <Section title="Steps">
        <StepTrack rollout={rollout} />
        <StepTable rollout={rollout} />
      </Section>
      <Section title="Gates" about="How much worse the candidate is, with the interval that holds it at every look, beside the margin.">
        <Gates gates={plan.gates} verdicts={decision?.verdicts ?? []} />
      </Section>
      <Section title="Distributions" about="Of the running step. Each arm’s bars add up to all of its own answers; the outermost hold what lies beyond.">
        <Distributions rollout={rollout} />
      </Section>
      <Section title="History">
        <History rollout={rollout} />
      </Section>
      <Section title="Examples" about="One request, both answers.">
        <Examples rollout={rollout} />
      </Section>
      <PlanAsWritten rollout={rollout} />
    </>
  );
}

function Standing({ rollout, now }: { rollout: Rollout; now: number }) {
  const { state, reason, failures, plan, step, since, share } = rollout;
  const missing = awaits(rollout, now);
  return (
    <div className="mt-6 rounded-2xl border border-edge bg-sheet p-5 leading-relaxed">
      <p role="status" className="text-lg font-medium [overflow-wrap:anywhere]">
        {meaning(rollout)}
      </p>
      <p className="mt-2 [overflow-wrap:anywhere]">{reason}</p>
      {missing.length > 0 && (
        <>
          <p className="mt-3 text-[15px] text-soft">To go on it needs</p>
          <ul className="list-disc pl-5 text-[15px]">
            {missing.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
      {isRunning(state) && failures > 0 && (
        <p className="mt-3 text-[15px] text-brick">
          {count(failures, "failed look")} in a row; it goes back at {plan.failure_limit}.
        </p>
      )}
      {state !== "planned" && (
        <p className="mt-3 text-sm text-soft">
          Step {step + 1} of {plan.steps.length}, candidate’s share {percent(share)}, since {moment(since)}
          {isRunning(state) && ` (${span(now - since)})`}
        </p>
      )}
    </div>
  );
}

function PlanAsWritten({ rollout: { plan, created_by, created_at } }: { rollout: Rollout }) {
  return (
    <details className="mt-10 text-sm">
      <summary className="focus-ring cursor-pointer rounded-sm py-2 text-soft hover:text-ink">The whole plan</summary>
      <p className="mt-1 text-soft">
        By {created_by}, {moment(created_at)}.
      </p>
      <pre tabIndex={0} aria-label="The plan as JSON" className="focus-ring mt-2 overflow-x-auto rounded-lg bg-well p-3 font-mono text-[13px]">
        {JSON.stringify(plan, null, 2)}
      </pre>
    </details>
  );
}
