/** Plays 16-bit samples as they come, without a gap between the pieces. Knows sound, not where it is from. */

const RATE = 24_000;
const LEAD_SECONDS = 0.05;

/** Resolves when the last sample was heard, or the signal stopped it. Rejects when the stream breaks. */
export async function playPcm(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  const context = new AudioContext({ sampleRate: RATE });
  const stop = () => void context.close().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    let endsAt = 0;
    for await (const samples of samplesOf(stream)) {
      if (signal.aborted) return;
      endsAt = schedule(context, samples, Math.max(endsAt, context.currentTime + LEAD_SECONDS));
    }
    await silence(context, endsAt, signal);
  } finally {
    signal.removeEventListener("abort", stop);
    if (!signal.aborted) stop();
  }
}

/** Returns when these samples will have been played. */
function schedule(context: AudioContext, samples: Float32Array<ArrayBuffer>, at: number): number {
  const buffer = context.createBuffer(1, samples.length, RATE);
  buffer.copyToChannel(samples, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.start(at);
  return at + buffer.duration;
}

function silence(context: AudioContext, until: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, until - context.currentTime) * 1000);
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
