import { expect, test } from "vitest";

import { fromBase64, toBase64 } from "./base64";

test("a minute of sound goes through base64 unchanged", () => {
  const bytes = Uint8Array.from({ length: 60 * 48_000 + 1 }, (_, at) => (at * 31) % 256);
  const returned = fromBase64(toBase64(bytes));
  expect(returned.length).toBe(bytes.length);
  expect(returned.every((byte, at) => byte === bytes[at])).toBe(true);
});

test("bytes of any value are written as everybody writes them", () => {
  expect(toBase64(Uint8Array.of(0, 255, 128, 1))).toBe("AP+AAQ==");
});

test("what is not base64 is refused", () => {
  expect(() => fromBase64("no!")).toThrow();
});
