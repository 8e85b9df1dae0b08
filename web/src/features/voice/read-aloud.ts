/** Reads one text at a time. Whoever begins another ends the one before. */
import { speak } from "@/api/sound";
import { createCell } from "@/platform/cell";
import { playPcm } from "@/platform/pcm-player";

import { inParts, speakable } from "./speakable";

interface Reading {
  id: string | null;
  failure: string | null;
}

export const reading = createCell<Reading>({ id: null, failure: null });

let running: AbortController | null = null;

export function stopReading(): void {
  running?.abort();
  running = null;
  reading.set({ id: null, failure: null });
}

export async function readAloud(id: string, markdown: string, model: string): Promise<void> {
  stopReading();
  const controller = new AbortController();
  running = controller;
  reading.set({ id, failure: null });
  try {
    for (const part of inParts(speakable(markdown))) {
      await playPcm(await speak(model, part, controller.signal), controller.signal);
      if (controller.signal.aborted) return;
    }
    if (running === controller) reading.set({ id: null, failure: null });
  } catch (error) {
    if (controller.signal.aborted) return;
    reading.set({ id: null, failure: error instanceof Error ? error.message : "It could not be read aloud." });
  }
}
