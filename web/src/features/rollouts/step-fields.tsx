import { Button, IconButton } from "@/ui/button";
import { Plus, Trash } from "@/ui/icons";

import { CheckField, Group, NumberField } from "./fields";
import { newStep, type StepDraft } from "./plan-draft";

interface StepFieldsProps {
  steps: readonly StepDraft[];
  error: string | undefined;
  onChange: (steps: StepDraft[]) => void;
}

/** The list of shares. A new step goes before the last one, which is the whole traffic. */
export function StepFields({ steps, error, onChange }: StepFieldsProps) {
  const change = (id: number, part: Partial<StepDraft>) => onChange(steps.map((step) => (step.id === id ? { ...step, ...part } : step)));
  const add = () => onChange([...steps.slice(0, -1), newStep(""), ...steps.slice(-1)]);
  return (
    <Group title="Steps" about="From a small share to 100 %. A share of 0 only mirrors: users get the control’s answers, and the candidate’s are compared." error={error}>
      <ol className="space-y-3">
        {steps.map((step, index) => (
          <li key={step.id} className="rounded-xl border border-edge bg-sheet p-3">
            <div className="flex items-center justify-between">
              <p aria-hidden="true" className="text-sm font-medium text-soft">Step {index + 1}</p>
              <IconButton label={`Remove step ${index + 1}`} disabled={steps.length === 1} onClick={() => onChange(steps.filter(({ id }) => id !== step.id))}>
                <Trash className="size-4" />
              </IconButton>
            </div>
            <OneStep place={index + 1} step={step} change={(part) => change(step.id, part)} />
          </li>
        ))}
      </ol>
      <Button onClick={add}>
        <Plus className="size-4" /> Add a step
      </Button>
    </Group>
  );
}

interface OneStepProps {
  place: number;
  step: StepDraft;
  change: (part: Partial<StepDraft>) => void;
}

/** The whole traffic is the end, which nothing is waited for in. */
function OneStep({ place, step, change }: OneStepProps) {
  const share = step.share.trim() === "" ? null : Number(step.share);
  return (
    <div role="group" aria-label={`Step ${place}`}>
      <div className="mt-1 grid grid-cols-2 gap-3 md:grid-cols-4">
        <NumberField label="Share, %" value={step.share} onChange={(typed) => change({ share: typed })} />
        {share !== 100 && (
          <>
            <NumberField label={share === 0 ? "Pairs" : "Answers of each"} value={step.samples} onChange={(samples) => change({ samples })} />
            <NumberField label="At least, minutes" value={step.soak} onChange={(soak) => change({ soak })} />
            <NumberField label="At most, hours" value={step.longest} onChange={(longest) => change({ longest })} />
          </>
        )}
      </div>
      <div className="mt-3 text-sm">
        {share === 100 ? (
          <p className="text-soft">The end: the candidate answers everything.</p>
        ) : (
          <CheckField
            label="Go on only with proof"
            hint="Every gate must pass; without, it is enough that none fails."
            checked={step.proof}
            onChange={(proof) => change({ proof })}
          />
        )}
      </div>
    </div>
  );
}
