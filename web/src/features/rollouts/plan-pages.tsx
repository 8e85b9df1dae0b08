import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import type { Rollout } from "@/api/rollouts";
import { Button } from "@/ui/button";
import { Skeleton } from "@/ui/skeleton";

import { draftCell, forgetDraft } from "./drafts";
import { Frame, Heading, Notice, Refused } from "./frame";
import { draftOf, newDraft, type Draft } from "./plan-draft";
import { PlanForm } from "./plan-form";
import { rolloutQuery, rolloutsQuery } from "./queries";

const NEW = "";
const NO_NAMES: readonly string[] = [];

export function NewRolloutPage({ leading }: { leading: ReactNode }) {
  const { data, error, refetch } = useQuery(rolloutsQuery);
  const taken = data?.map(({ name }) => name) ?? NO_NAMES;
  return (
    <Frame leading={leading} title="New rollout">
      <Heading>New rollout</Heading>
      {error && <Refused error={error} onRetry={() => void refetch()} />}
      {data && <Draftsman draftName={NEW} begin={newDraft} taken={taken} />}
      {!data && !error && <Skeleton className="pt-8" widths={["90%", "72%", "84%", "60%"]} />}
    </Frame>
  );
}

/** Mount with `key={name}`. A plan can be changed until the rollout starts. */
export function PlanPage({ name, leading }: { name: string; leading: ReactNode }) {
  const { data, error, refetch } = useQuery(rolloutQuery(name));
  return (
    <Frame leading={leading} title={name}>
      <Heading>Plan of {name}</Heading>
      {error && <Refused error={error} onRetry={() => void refetch()} />}
      {data && data.state !== "planned" && <Notice>This rollout has begun, so its plan stays as it is.</Notice>}
      {data?.state === "planned" && <Draftsman draftName={name} begin={() => draftOf(name, data.plan)} taken={null} />}
      {!data && !error && <Skeleton className="pt-8" widths={["90%", "72%", "84%", "60%"]} />}
    </Frame>
  );
}

interface DraftsmanProps {
  draftName: string;
  begin: () => Draft;
  taken: readonly string[] | null;
}

function Draftsman({ draftName, begin, taken }: DraftsmanProps) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => draftCell(draftName, begin));
  const startOver = () => {
    forgetDraft(draftName);
    setDraft(draftCell(draftName, begin));
  };
  const leave = ({ name }: Rollout) => {
    forgetDraft(draftName);
    void navigate({ to: "/rollouts/$name", params: { name } });
  };
  return (
    <PlanForm draft={draft} taken={taken} onSaved={leave}>
      <Button look="quiet" onClick={startOver}>
        Start over
      </Button>
    </PlanForm>
  );
}
