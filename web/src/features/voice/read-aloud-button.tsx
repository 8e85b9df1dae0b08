import { useEffect } from "react";

import { useCell } from "@/platform/use-cell";
import { IconButton } from "@/ui/button";
import { Speaker, Stop } from "@/ui/icons";

import { readAloud, reading, stopReading } from "./read-aloud";
import { useSoundModel } from "./sound-model";

/** Reads an answer aloud and stops again; there is none where no model speaks. */
export function ReadAloudButton({ id, text }: { id: string; text: string }) {
  const model = useSoundModel("speech");
  const active = useCell(reading, (state) => state.id === id);
  useEffect(() => () => (reading.get().id === id ? stopReading() : undefined), [id]);
  if (!model) return null;
  return (
    <IconButton label={active ? "Stop reading" : "Read aloud"} onClick={() => (active ? stopReading() : void readAloud(id, text, model.id))}>
      {active ? <Stop className="size-4" /> : <Speaker className="size-4" />}
    </IconButton>
  );
}

/** Why nothing is heard, if it failed. */
export function ReadAloudFailure() {
  const failure = useCell(reading, (state) => state.failure);
  return failure ? (
    <p role="alert" className="mx-auto mb-2 w-[calc(100%-1.5rem)] max-w-[43.5rem] rounded-xl bg-brick-wash px-4 py-2.5">
      {failure}
    </p>
  ) : null;
}
