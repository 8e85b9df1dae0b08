import { Button, IconButton } from "@/ui/button";
import { Plus, Trash } from "@/ui/icons";

import { Field, Group, NumberField, select } from "./fields";
import { METRICS, metricOf } from "./metrics";
import { newGate, type GateDraft } from "./plan-draft";

interface GateFieldsProps {
  gates: readonly GateDraft[];
  error: string | undefined;
  onChange: (gates: GateDraft[]) => void;
}

const UNITS = { share: "Margin, points", ratio: "Margin, %", pair: "Margin" };

/** What may stop the rollout, each metric once. */
export function GateFields({ gates, error, onChange }: GateFieldsProps) {
  const taken = new Set(gates.map(({ metric }) => metric));
  const free = METRICS.find(({ name }) => !taken.has(name));
  const change = (id: number, part: Partial<GateDraft>) => onChange(gates.map((gate) => (gate.id === id ? { ...gate, ...part } : gate)));
  // Another metric has another margin; the place in the list stays.
  const choose = (id: number, metric: string) => change(id, { ...newGate(metric), id });
  return (
    <Group title="Gates" about="How much worse the candidate may be. Beyond the margin the rollout halts, and then goes back." error={error}>
      <ul className="space-y-3">
        {gates.map((gate) => (
          <li key={gate.id} className="grid grid-cols-[1fr_auto] items-end gap-x-2 gap-y-3 rounded-xl border border-edge bg-sheet p-3 md:grid-cols-[1fr_10rem_auto]">
            <div className="max-md:col-span-2">
              <Field label="Metric" hint={metricOf(gate.metric).about}>
                {(given) => (
                  <select {...given} value={gate.metric} onChange={(event) => choose(gate.id, event.target.value)} className={select}>
                    {METRICS.filter(({ name }) => name === gate.metric || !taken.has(name)).map(({ name, label }) => (
                      <option key={name} value={name}>
                        {label}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            </div>
            <div className="md:self-start">
              <NumberField label={UNITS[metricOf(gate.metric).kind]} value={gate.margin} onChange={(margin) => change(gate.id, { margin })} />
            </div>
            <div className="md:self-start md:pt-6">
              <IconButton label={`Remove the gate on ${metricOf(gate.metric).label}`} onClick={() => onChange(gates.filter(({ id }) => id !== gate.id))}>
                <Trash className="size-4" />
              </IconButton>
            </div>
          </li>
        ))}
      </ul>
      {free && (
        <Button onClick={() => onChange([...gates, newGate(free.name)])}>
          <Plus className="size-4" /> Add a gate
        </Button>
      )}
    </Group>
  );
}
