import { useEffect, useRef, useState, type ReactNode } from "react";

import type { Act, Rollout } from "@/api/rollouts";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";

import { Notice } from "./frame";
import { useAct, useDelete } from "./queries";
import { actsOf, canBeDeleted } from "./states";

type Asked = "abort" | "promote" | "close" | "delete";

const LABELS: Record<Act, string> = {
  start: "Start",
  pause: "Pause",
  resume: "Resume",
  promote: "Promote now",
  abort: "Abort",
  close: "Close",
};

const LOOKS: Partial<Record<Act, "solid" | "danger">> = { start: "solid", resume: "solid", abort: "danger" };

interface ActsProps {
  rollout: Rollout;
  onDeleted: () => Promise<void>;
}

/** What people may do now. What cannot be taken back is asked first. */
export function Acts({ rollout, onDeleted }: ActsProps) {
  const { name, state } = rollout;
  const act = useAct(name);
  const remove = useDelete(name, onDeleted);
  const [asked, setAsked] = useState<Asked | null>(null);
  const asker = useRef<HTMLElement>(null);
  const busy = act.isPending || remove.isPending;
  const failure = act.error ?? remove.error;
  // A button that is disabled while it works would drop the keyboard's focus.
  const perform = (wanted: Act | "delete") => {
    if (busy) return;
    if (wanted === "delete") remove.mutate();
    else act.mutate(wanted);
  };
  const ask = (wanted: Asked, button: HTMLElement) => {
    asker.current = button;
    setAsked(wanted);
  };
  const press = (wanted: Act, button: HTMLElement) => (needsAsking(wanted) ? ask(wanted, button) : perform(wanted));
  // The dialog has no trigger of its own to give the focus back to.
  useEffect(() => {
    if (asked === null) asker.current?.focus();
  }, [asked]);
  return (
    <>
      {actsOf(state).map((one, place) => (
        // By its place, so that "Pause" turns into "Resume" and keeps the focus.
        <Button key={place} look={LOOKS[one] ?? "outline"} aria-disabled={busy} onClick={({ currentTarget }) => press(one, currentTarget)}>
          {LABELS[one]}
        </Button>
      ))}
      {canBeDeleted(state) && (
        <Button aria-disabled={busy} onClick={({ currentTarget }) => ask("delete", currentTarget)}>
          Delete
        </Button>
      )}
      {asked && <Question asked={asked} rollout={rollout} onClose={() => setAsked(null)} onConfirm={() => perform(asked)} />}
      {failure && (
        <div className="w-full">
          <Notice>{failure.message}</Notice>
        </div>
      )}
    </>
  );
}

function needsAsking(act: Act): act is Act & Asked {
  return act === "abort" || act === "promote" || act === "close";
}

interface QuestionProps {
  asked: Asked;
  rollout: Rollout;
  onClose: () => void;
  onConfirm: () => void;
}

function Question({ asked, rollout: { plan, name }, onClose, onConfirm }: QuestionProps) {
  const questions: Record<Asked, { title: string; action: string; text: ReactNode }> = {
    abort: {
      title: "Abort this rollout?",
      action: "Abort",
      text: `Within two seconds “${plan.route}” answers as before the rollout, on every server. An aborted rollout cannot be resumed.`,
    },
    promote: {
      title: "Promote without the remaining evidence?",
      action: "Promote now",
      text: `${plan.candidate} will answer all requests to “${plan.route}”, and the gates are no longer looked at.`,
    },
    close: {
      title: "Close this rollout?",
      action: "Close",
      text: `From then on the settings of “${plan.route}” decide who answers. Let them name ${plan.candidate} first, or its answers end with the rollout.`,
    },
    delete: { title: "Delete this rollout?", action: "Delete", text: `“${name}”, its history and all that it measured will be gone for good.` },
  };
  const { title, action, text } = questions[asked];
  return (
    <Confirm open onOpenChange={onClose} title={title} action={action} onConfirm={onConfirm}>
      {text}
    </Confirm>
  );
}
