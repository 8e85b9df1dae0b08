import { useEffect, useState, type KeyboardEvent } from "react";

import { canRecord } from "@/platform/recorder";
import { useCell } from "@/platform/use-cell";
import { IconButton } from "@/ui/button";
import { Check, Close, Microphone } from "@/ui/icons";
import { Mark } from "@/ui/mark";

import { Dictation } from "./dictation";
import { useSoundModel } from "./sound-model";

const square = "!size-11 !rounded-xl";

interface DictationButtonProps {
  onText: (text: string) => void;
  onFailure: (failure: string | null) => void;
}

/** Speak instead of typing. There is none where no model listens or the browser has no microphone to give. */
export function DictationButton({ onText, onFailure }: DictationButtonProps) {
  const model = useSoundModel("transcription");
  const [dictation] = useState(() => new Dictation());
  const { phase, level, seconds, failure } = useCell(dictation.state, (state) => state);
  useEffect(() => onFailure(failure), [failure, onFailure]);
  useEffect(() => () => dictation.cancel(), [dictation]);
  if (!model || !canRecord()) return null;
  if (phase === "idle" || phase === "asking") {
    return (
      <IconButton label="Dictate" className={square} disabled={phase === "asking"} onClick={() => void dictation.start(model.id, onText)}>
        <Microphone className="size-5" />
      </IconButton>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") dictation.cancel();
  };
  return (
    <div className="flex items-center gap-1" onKeyDown={onKeyDown} role="group" aria-label="Dictation">
      <span role="status" className="sr-only">
        {phase === "recording" ? "Recording" : "Writing down"}
      </span>
      {phase === "recording" ? <Level level={level} seconds={seconds} /> : <Mark className="mx-2 size-4 animate-breathe" />}
      <IconButton label="Cancel dictation" className={square} onClick={() => dictation.cancel()}>
        <Close className="size-5" />
      </IconButton>
      {phase === "recording" && (
        <IconButton label="Finish dictation" look="solid" className={square} autoFocus onClick={() => void dictation.finish(model.id)}>
          <Check className="size-5" />
        </IconButton>
      )}
    </div>
  );
}

function Level({ level, seconds }: { level: number; seconds: number }) {
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <span aria-hidden="true" className="flex items-center gap-1.5 text-sm tabular-nums text-soft">
      <span className="size-2.5 rounded-full bg-brick" style={{ transform: `scale(${0.7 + level * 0.9})` }} />
      {clock}
    </span>
  );
}
