import { describe, expect, test } from "vitest";

import { Resampler } from "./resampler";

const tone = (hertz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate));

function resampled(samples: Float32Array, from: number, to: number, piece: number): number[] {
  const resampler = new Resampler(from, to);
  const made: number[] = [];
  for (let at = 0; at < samples.length; at += piece) made.push(...resampler.push(samples.subarray(at, at + piece)));
  return made;
}

const power = (samples: readonly number[]) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

describe.each([48_000, 44_100, 16_000, 96_000])("from %i a second to 24,000", (rate) => {
  test("a tone is the same tone, at the same place", () => {
    const made = resampled(tone(440, rate, 0.5), rate, 24_000, 128);
    const wanted = tone(440, 24_000, 0.5);
    expect(Math.abs(made.length - wanted.length)).toBeLessThan(60);
    const error = made.slice(200).map((sample, at) => sample - (wanted[at + 200] ?? 0));
    expect(power(error)).toBeLessThan(1e-6);
  });

  test("it does not matter how the sound is cut", () => {
    const samples = tone(1000, rate, 0.1);
    expect(resampled(samples, rate, 24_000, 128)).toEqual(resampled(samples, rate, 24_000, 999));
  });
});

test("what 24,000 samples cannot hold is gone", () => {
  expect(power(resampled(tone(15_000, 48_000, 0.5), 48_000, 24_000, 128).slice(200))).toBeLessThan(1e-6);
});

test("at the same rate nothing changes", () => {
  const samples = tone(440, 24_000, 0.01);
  expect(resampled(samples, 24_000, 24_000, 128)).toEqual([...samples]);
});
