/**
 * Samples at one rate as samples at another, piece by piece, by a windowed sinc: what the lower rate cannot hold is
 * gone instead of coming back as another tone. Any whole rates; the pieces may have any length.
 */

/** On each side of a sample, in periods of the lower rate. */
const ZERO_CROSSINGS = 16;
/** Of the lower rate's band, what passes. */
const PASS_BAND = 0.94;

export class Resampler {
  readonly #steps: number;
  readonly #phases: number;
  readonly #half: number;
  readonly #cutoff: number;
  readonly #kernels = new Map<number, Float32Array>();
  #rest: Float32Array;
  /** In `#rest`, the sample at or before the next one that leaves; `#phase` is how far behind it that one lies. */
  #at: number;
  #phase = 0;

  constructor(from: number, to: number) {
    const common = commonDivisor(from, to);
    this.#steps = from / common;
    this.#phases = to / common;
    this.#cutoff = Math.min(1, to / from) * PASS_BAND;
    this.#half = Math.ceil(ZERO_CROSSINGS / this.#cutoff);
    this.#rest = new Float32Array(this.#half - 1);
    this.#at = this.#half - 1;
  }

  push(samples: Float32Array): Float32Array<ArrayBuffer> {
    if (this.#steps === this.#phases) return samples.slice();
    const half = this.#half;
    const input = new Float32Array(this.#rest.length + samples.length);
    input.set(this.#rest);
    input.set(samples, this.#rest.length);
    const made: number[] = [];
    while (this.#at + half < input.length) {
      made.push(this.#sample(input, this.#at - half + 1));
      this.#phase += this.#steps;
      this.#at += Math.floor(this.#phase / this.#phases);
      this.#phase %= this.#phases;
    }
    const needed = this.#at - half + 1;
    this.#rest = input.slice(needed);
    this.#at -= needed;
    return Float32Array.from(made);
  }

  #sample(input: Float32Array, first: number): number {
    const kernel = this.#kernel(this.#phase);
    let sum = 0;
    for (let tap = 0; tap < kernel.length; tap += 1) sum += (input[first + tap] ?? 0) * (kernel[tap] ?? 0);
    return sum;
  }

  #kernel(phase: number): Float32Array {
    const known = this.#kernels.get(phase);
    if (known) return known;
    const taps = Float64Array.from({ length: 2 * this.#half }, (_, tap) => this.#weight(tap - this.#half + 1 - phase / this.#phases));
    const total = taps.reduce((sum, tap) => sum + tap, 0);
    const kernel = Float32Array.from(taps, (tap) => tap / total);
    this.#kernels.set(phase, kernel);
    return kernel;
  }

  /** Of a sample so far away: a sinc under a Blackman window. */
  #weight(distance: number): number {
    const place = distance / this.#half;
    if (Math.abs(place) >= 1) return 0;
    const window = 0.42 + 0.5 * Math.cos(Math.PI * place) + 0.08 * Math.cos(2 * Math.PI * place);
    const angle = Math.PI * this.#cutoff * distance;
    return window * (angle === 0 ? 1 : Math.sin(angle) / angle);
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
