/** Plays 16-bit samples as they come, without a gap between the pieces. Knows sound, not where it is from. */
import { createMeter } from "./level";

export const RATE = 24_000;
const LEAD_SECONDS = 0.05;

interface Piece {
  item: string;
  source: AudioBufferSourceNode;
  /** In the context's time. */
  startsAt: number;
  samples: number;
}

/** How much of a thing was played before the rest was thrown away. */
export interface Played {
  item: string;
  milliseconds: number;
}

/** One line of sound in which pieces belong to named items. Whoever makes one closes it. */
export class PcmPlayer {
  readonly #context = new AudioContext({ sampleRate: RATE });
  readonly #out = this.#context.createGain();
  readonly level = createMeter(this.#out);
  readonly #done = new Map<string, number>();
  #pieces: Piece[] = [];
  #endsAt = 0;

  /** `onSilence` is told whenever the last sample of all was played. A short `leadSeconds` begins sooner. */
  constructor(
    private readonly onSilence: () => void = () => undefined,
    private readonly leadSeconds = LEAD_SECONDS,
  ) {
    this.#out.connect(this.#context.destination);
  }

  /** Puts samples at the end. Returns the seconds until the first of them is played. */
  add(item: string, samples: Float32Array<ArrayBuffer>): number {
    if (this.#context.state === "suspended") void this.#context.resume().catch(() => undefined);
    const now = this.#context.currentTime;
    const startsAt = Math.max(this.#endsAt, now + this.leadSeconds);
    const buffer = this.#context.createBuffer(1, samples.length, RATE);
    buffer.copyToChannel(samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#out);
    const piece: Piece = { item, source, startsAt, samples: samples.length };
    source.onended = () => this.#finish(piece);
    source.start(startsAt);
    this.#pieces.push(piece);
    this.#endsAt = startsAt + buffer.duration;
    return startsAt - now;
  }

  /** Seconds until everything was played. */
  get remaining(): number {
    return Math.max(0, this.#endsAt - this.#context.currentTime);
  }

  /** How much of an item has been played, exact to an audio quantum; pauses between its pieces do not count. */
  playedMs(item: string): number {
    const now = this.#context.currentTime;
    const open = this.#pieces.filter((piece) => piece.item === item);
    const samples = open.reduce((sum, piece) => sum + playedSamples(piece, now), this.#done.get(item) ?? 0);
    return Math.floor((samples * 1000) / RATE);
  }

  /** Silence from the next audio quantum on. Returns the items of which something was left, in order. */
  flush(): Played[] {
    const items = [...new Set(this.#pieces.map((piece) => piece.item))];
    const played = items.map((item) => ({ item, milliseconds: this.playedMs(item) }));
    for (const { source } of this.#pieces) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    this.#pieces = [];
    this.#done.clear();
    this.#endsAt = 0;
    return played;
  }

  /** To be called by a gesture of the person's, without which some browsers keep silent. */
  wake(): void {
    void this.#context.resume().catch(() => undefined);
  }

  close(): void {
    this.flush();
    void this.#context.close().catch(() => undefined);
  }

  #finish(piece: Piece): void {
    this.#pieces = this.#pieces.filter((other) => other !== piece);
    this.#done.set(piece.item, (this.#done.get(piece.item) ?? 0) + piece.samples);
    if (this.#pieces.length === 0) this.onSilence();
  }
}

function playedSamples({ startsAt, samples }: Piece, now: number): number {
  return Math.min(samples, Math.max(0, Math.floor((now - startsAt) * RATE)));
}

/** Resolves when the last sample was heard, or the signal stopped it. Rejects when the stream breaks. */
export async function playPcm(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  const player = new PcmPlayer();
  const stop = () => player.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const samples of samplesOf(stream)) {
      if (signal.aborted) return;
      player.add("", samples);
    }
    await pause(player.remaining, signal);
  } finally {
    signal.removeEventListener("abort", stop);
    if (!signal.aborted) stop();
  }
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

async function* samplesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Float32Array<ArrayBuffer>, void> {
  const reader = stream.getReader();
  let odd = new Uint8Array();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const bytes = new Uint8Array(odd.length + value.length);
      bytes.set(odd);
      bytes.set(value, odd.length);
      const even = bytes.length - (bytes.length % 2);
      odd = bytes.slice(even);
      if (even > 0) yield fromPcm16(bytes.subarray(0, even));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Samples between -1 and 1 of little-endian signed 16-bit integers. */
export function fromPcm16(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.byteLength >> 1);
  for (let at = 0; at < samples.length; at += 1) samples[at] = view.getInt16(at * 2, true) / 32768;
  return samples;
}
