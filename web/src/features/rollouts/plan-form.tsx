import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";

import { ApiError } from "@/api/http";
import type { Rollout } from "@/api/rollouts";
import type { Cell } from "@/platform/cell";
import { useCell } from "@/platform/use-cell";
import { Button } from "@/ui/button";

import { CheckField, Group, LinesField, NumberField, TextField } from "./fields";
import { Notice } from "./frame";
import { GateFields } from "./gate-fields";
import { metricOf } from "./metrics";
import { errorsOf, readDraft, type Draft, type Errors } from "./plan-draft";
import { providersQuery, routesQuery, usePut } from "./queries";
import { StepFields } from "./step-fields";

interface PlanFormProps {
  draft: Cell<Draft>;
  /** Names that a new rollout cannot have; null where the plan of a known one is changed. */
  taken: readonly string[] | null;
  onSaved: (rollout: Rollout) => void;
  /** Beside the button that saves. */
  children: ReactNode;
}

/** A plan to be written. What the server refuses is shown where it was typed, and everything typed stays. */
export function PlanForm({ draft: cell, taken, onSaved, children }: PlanFormProps) {
  const draft = useCell(cell, (value) => value);
  const put = usePut();
  const [errors, setErrors] = useState<Errors>({});
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid=true]")?.focus();
  }, [errors]);
  const change = (part: Partial<Draft>) => cell.update((value) => ({ ...value, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (put.isPending) return;
    const { plan, errors: found } = readDraft(draft);
    if (taken?.includes(draft.name)) found.name = `There is a rollout “${draft.name}” already.`;
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    put.mutate(
      { name: draft.name, plan },
      { onSuccess: onSaved, onError: (error) => setErrors(errorsOf(error.message, error instanceof ApiError ? error.param : null)) },
    );
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="max-w-[46rem]">
      <Who draft={draft} errors={errors} change={change} isNew={taken !== null} />
      <StepFields steps={draft.steps} error={errors.steps} onChange={(steps) => change({ steps })} />
      <GateFields gates={draft.gates} error={errors.gates} onChange={(gates) => change({ gates })} />
      <Needed draft={draft} errors={errors} change={change} />
      <Limits draft={draft} errors={errors} change={change} />
      <Keeping draft={draft} errors={errors} change={change} />
      {errors.form && <Notice>{errors.form}</Notice>}
      <div className="mt-8 flex flex-wrap items-center gap-2">
        <Button look="solid" type="submit" disabled={put.isPending}>
          {put.isPending ? "Saving…" : "Save the plan"}
        </Button>
        {children}
        <p className="w-full text-sm text-soft">Nothing moves before you start the rollout on its page.</p>
      </div>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  errors: Errors;
  change: (part: Partial<Draft>) => void;
}

function Who({ draft, errors, change, isNew }: PartProps & { isNew: boolean }) {
  const routes = useQuery(routesQuery).data?.map(({ id }) => id) ?? [];
  const providers = useQuery(providersQuery).data ?? [];
  return (
    <Group title="What moves where">
      <TextField
        label="Name"
        value={draft.name}
        readOnly={!isNew}
        onChange={(name) => change({ name })}
        error={errors.name}
        hint={isNew ? "Lower-case letters, digits, dots and dashes." : "A rollout keeps its name."}
      />
      <TextField
        label="Route"
        value={draft.route}
        onChange={(route) => change({ route })}
        error={errors.route}
        suggestions={routes}
        hint="The public model name whose requests move."
      />
      <div className="grid gap-4 md:grid-cols-2">
        <TextField
          label="Candidate’s provider"
          value={draft.provider}
          onChange={(provider) => change({ provider })}
          error={errors.candidate}
          suggestions={[...new Set(["local", ...providers])]}
          hint="“local” is this machine."
        />
        <TextField label="Candidate’s model" value={draft.model} onChange={(model) => change({ model })} hint="As its provider names it." />
      </div>
    </Group>
  );
}

/** What the chosen gates cannot do without; also shown where something was typed before a gate was removed. */
function Needed({ draft, errors, change }: PartProps) {
  const models = useQuery(routesQuery).data ?? [];
  const ofKind = (kind: string) => models.filter((model) => (model.freehold?.kind ?? "chat") === kind).map(({ id }) => id);
  const needed = new Set(draft.gates.map(({ metric }) => metricOf(metric).needs));
  const shows = (part: "embedder" | "checks" | "unsafe_patterns", typed: string) => needed.has(part) || typed !== "" || !!errors[part];
  return (
    <Group title="Judging">
      <TextField
        label="Judge"
        value={draft.judge}
        onChange={(judge) => change({ judge })}
        error={errors.judge}
        suggestions={ofKind("chat")}
        hint="The route whose model compares answers, for the gate on quality. May be empty without it."
      />
      {shows("embedder", draft.embedder) && (
        <TextField
          label="Embedder"
          value={draft.embedder}
          onChange={(embedder) => change({ embedder })}
          error={errors.embedder}
          suggestions={ofKind("embedding")}
          hint="The route whose model embeds answers, for the gate on similarity."
        />
      )}
      {shows("checks", draft.checks) && (
        <LinesField
          label="Checks"
          value={draft.checks}
          onChange={(checks) => change({ checks })}
          error={errors.checks}
          hint="Regular expressions that every answer must contain, one a line."
        />
      )}
      {shows("unsafe_patterns", draft.patterns) && (
        <LinesField
          label="Unsafe patterns"
          value={draft.patterns}
          onChange={(patterns) => change({ patterns })}
          error={errors.unsafe_patterns}
          hint="Regular expressions that no answer should contain, one a line."
        />
      )}
    </Group>
  );
}

function Limits({ draft, errors, change }: PartProps) {
  return (
    <Group title="Limits" error={errors.mirror}>
      <div className="grid gap-4 md:grid-cols-2">
        <NumberField
          label="Mirrored requests, %"
          value={draft.mirrorShare}
          onChange={(mirrorShare) => change({ mirrorShare })}
          hint="Of the control’s requests, after the user has the answer."
        />
        <NumberField
          label="Budget for mirroring, USD"
          value={draft.budget}
          onChange={(budget) => change({ budget })}
          hint="For the candidate’s answers and the judge’s; then no more are mirrored."
        />
        <NumberField
          label="Failed looks in a row"
          value={draft.failureLimit}
          onChange={(failureLimit) => change({ failureLimit })}
          error={errors.failure_limit}
          hint="After so many it goes back; 1 at once."
        />
        <NumberField
          label="Seconds between two looks"
          value={draft.interval}
          onChange={(interval) => change({ interval })}
          error={errors.interval_seconds}
        />
      </div>
    </Group>
  );
}

function Keeping({ draft, errors, change }: PartProps) {
  return (
    <Group title="Examples" about="Pairs of answers to read, and to learn from. They are encrypted." error={errors.capture}>
      <CheckField
        label="Keep mirrored requests with both answers"
        hint="Only if those who send them agree to it."
        checked={draft.consent}
        onChange={(consent) => change({ consent })}
      />
      {draft.consent && (
        <>
          <CheckField label="Remove what identifies people" checked={draft.redact} onChange={(redact) => change({ redact })} />
          <div className="max-w-60">
            <NumberField label="Days to keep them" value={draft.retention} onChange={(retention) => change({ retention })} />
          </div>
        </>
      )}
    </Group>
  );
}
