import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Rollout } from "@/api/rollouts";
import { Plus } from "@/ui/icons";
import { Skeleton } from "@/ui/skeleton";

import { dollars, percent } from "./format";
import { Frame, Heading, Refused, solidLink } from "./frame";
import { rolloutsQuery } from "./queries";
import { StateBadge } from "./state-badge";
import { inOrder, saved } from "./states";

export function RolloutsPage({ leading }: { leading: ReactNode }) {
  const { data, error, refetch } = useQuery(rolloutsQuery);
  return (
    <Frame leading={leading}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Heading>Rollouts</Heading>
        {!!data?.length && <NewRollout />}
      </div>
      {error && <Refused error={error} onRetry={() => void refetch()} />}
      {data ? <List rollouts={data} /> : !error && <Skeleton className="pt-8" widths={["90%", "72%", "84%", "60%"]} />}
    </Frame>
  );
}

function List({ rollouts }: { rollouts: readonly Rollout[] }) {
  if (rollouts.length === 0) return <Empty />;
  return (
    <ul className="mt-6 divide-y divide-edge border-y border-edge">
      {inOrder(rollouts).map((rollout) => (
        <Row key={rollout.name} rollout={rollout} />
      ))}
    </ul>
  );
}

function Row({ rollout }: { rollout: Rollout }) {
  const { name, state, share, reason, plan, steps } = rollout;
  return (
    <li className="relative py-4 transition-colors hover:bg-well/50 md:px-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Link
          to="/rollouts/$name"
          params={{ name }}
          className="focus-ring rounded-sm font-medium [overflow-wrap:anywhere] after:absolute after:inset-0 hover:text-leaf"
        >
          {name}
        </Link>
        <StateBadge state={state} />
      </div>
      <p className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">
        {plan.route} → {plan.candidate}
      </p>
      <dl className="mt-2 flex flex-wrap gap-x-8 gap-y-1 text-sm">
        <Fact name="Candidate’s share">{percent(share)}</Fact>
        <Fact name="Saved">
          <Saved steps={steps} />
        </Fact>
      </dl>
      <p className="mt-2 text-[15px] [overflow-wrap:anywhere]">{reason}</p>
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-2">
      <dt className="text-soft">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

function Saved({ steps }: Pick<Rollout, "steps">) {
  const { amount, whole } = saved(steps);
  if (amount === null) return whole ? "nothing yet" : "no price known";
  return whole ? dollars(amount) : `${dollars(amount)}, without the steps that have no price`;
}

function Empty() {
  return (
    <div className="mt-8 max-w-[40rem] space-y-3 leading-relaxed text-soft">
      <p>
        <strong className="font-medium text-ink">A rollout moves a route to another model, step by step.</strong> First the candidate answers copies of
        requests that nobody sees, then a small share of the conversations, then more of them.
      </p>
      <p>
        At each step its errors, speed, cost and quality are measured beside those of the model you have. Where it is worse than you allow, the route goes
        back by itself. Where it is as good, it goes on. The evidence for each move is kept.
      </p>
      <p className="pt-2">
        <NewRollout />
      </p>
    </div>
  );
}

function NewRollout() {
  return (
    <Link to="/new-rollout" className={solidLink}>
      <Plus className="size-4" /> New rollout
    </Link>
  );
}
