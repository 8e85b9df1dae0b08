/** Runs on the audio thread: what a microphone hears, as frames of 16-bit samples at 24,000 a second. */
import { Resampler } from "./resampler";

const RATE = 24_000;
const FRAME_SAMPLES = 960; // 40 ms

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

class Capture extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(sampleRate, RATE);
  #frame = new Int16Array(FRAME_SAMPLES);
  #filled = 0;

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const channel = input?.[0];
    if (channel) for (const sample of this.#resampler.push(channel)) this.#take(sample);
    return true;
  }

  #take(sample: number): void {
    const bounded = Math.max(-1, Math.min(1, sample));
    this.#frame[this.#filled] = Math.round(bounded * 32767);
    this.#filled += 1;
    if (this.#filled < FRAME_SAMPLES) return;
    this.port.postMessage(this.#frame, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#filled = 0;
  }
}

registerProcessor("capture", Capture);
