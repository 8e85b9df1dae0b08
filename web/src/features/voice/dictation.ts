/** One dictation: recorded, written down, handed over. Knows no framework. */
import { transcribe } from "@/api/sound";
import { createCell, type Cell } from "@/platform/cell";
import { microphoneRefusal } from "@/platform/microphone";
import { MAX_RECORDING_MS, record, type Recording } from "@/platform/recorder";

export interface DictationState {
  phase: "idle" | "asking" | "recording" | "writing";
  /** Between 0 and 1, while it records. */
  level: number;
  seconds: number;
  failure: string | null;
}

const IDLE: DictationState = { phase: "idle", level: 0, seconds: 0, failure: null };
const METER_MS = 100;

export class Dictation {
  readonly state: Cell<DictationState> = createCell(IDLE);
  #recording: Recording | null = null;
  #controller = new AbortController();
  #meter: ReturnType<typeof setInterval> | undefined;

  #onText: (text: string) => void = () => undefined;

  /** `onText` gets what was said, if anything was. */
  async start(model: string, onText: (text: string) => void): Promise<void> {
    if (this.state.get().phase !== "idle") return;
    const controller = (this.#controller = new AbortController());
    this.#onText = onText;
    this.state.set({ ...IDLE, phase: "asking" });
    try {
      const recording = await record();
      if (controller.signal.aborted) return recording.cancel();
      this.#recording = recording;
      this.#watch(recording, model);
    } catch (error) {
      if (!controller.signal.aborted) this.#end(microphoneRefusal(error));
    }
  }

  /** Ends the recording and has it written down. */
  async finish(model: string): Promise<void> {
    const recording = this.#recording;
    if (this.state.get().phase !== "recording" || !recording) return;
    clearInterval(this.#meter);
    this.#recording = null;
    this.state.update((state) => ({ ...state, phase: "writing", level: 0 }));
    const { signal } = this.#controller;
    try {
      const text = await transcribe(model, await recording.finish(), signal);
      if (signal.aborted) return;
      this.#end(text.trim() === "" ? "Nothing was heard." : null);
      if (text.trim() !== "") this.#onText(text.trim());
    } catch (error) {
      if (!signal.aborted) this.#end(error instanceof Error ? error.message : "It could not be written down.");
    }
  }

  /** Nothing of it is kept. */
  cancel(): void {
    this.#controller.abort();
    this.#recording?.cancel();
    this.#recording = null;
    this.#end(null);
  }

  #watch(recording: Recording, model: string): void {
    const began = performance.now();
    this.state.set({ ...IDLE, phase: "recording" });
    this.#meter = setInterval(() => {
      const milliseconds = performance.now() - began;
      this.state.update((state) => ({ ...state, level: recording.level(), seconds: Math.floor(milliseconds / 1000) }));
      if (milliseconds > MAX_RECORDING_MS) void this.finish(model);
    }, METER_MS);
  }

  #end(failure: string | null): void {
    clearInterval(this.#meter);
    this.state.set({ ...IDLE, failure });
  }
}

/** A draft with what was said behind it. */
export function appended(draft: string, text: string): string {
  const gap = draft === "" || /\s$/.test(draft) ? "" : " ";
  return draft + gap + text;
}
