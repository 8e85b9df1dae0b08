import type { State } from "@/api/rollouts";

import { isRunning, STATE_NAMES } from "./states";

const LOOKS: Partial<Record<State, string>> = {
  shadow: "border-leaf bg-leaf-wash text-leaf",
  canary: "border-leaf bg-leaf-wash text-leaf",
  promoted: "border-leaf bg-leaf text-on-leaf",
  rolled_back: "border-brick bg-brick-wash text-brick",
  aborted: "border-brick bg-brick-wash text-brick",
};

export function StateBadge({ state }: { state: State }) {
  return (
    <span className={`inline-flex items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-xs font-medium ${LOOKS[state] ?? "border-edge-strong text-soft"}`}>
      {isRunning(state) && <span aria-hidden="true" className="size-1.5 rounded-full bg-leaf animate-breathe" />}
      {STATE_NAMES[state]}
    </span>
  );
}
