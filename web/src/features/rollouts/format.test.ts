import { expect, test } from "vitest";

import { dollars, number, percent, span } from "./format";

test("a number keeps the digits that say something, and no more", () => {
  expect([0.123456, 12.3456, 1234.5, 0, -0.05, 1.5].map((value) => number(value))).toEqual(["0.123", "12.3", "1,235", "0", "−0.05", "1.5"]);
});

test("what rounding has left of zero is zero", () => {
  expect([8.88e-14, -1e-12].map((value) => number(value))).toEqual(["0", "0"]);
});

test("what rounds to the next power of ten is written plainly", () => {
  expect(number(999.9)).toBe("1000");
});

test("a share that binary fractions cannot hold is shown as it was written", () => {
  expect([0.07, 0.29, 1, 0.001].map(percent)).toEqual(["7 %", "29 %", "100 %", "0.1 %"]);
});

test("a saving below a cent is not shown as nothing", () => {
  expect([4200, 12_345_678, -2_500_000, 0, 9_999].map(dollars)).toEqual(["$0.0042", "$12.35", "−$2.50", "$0.00", "$0.01"]);
});

test("a span has its two largest units", () => {
  expect([0, 0.25, 59, 60, 3_725, 86_400, 90_061].map(span)).toEqual(["0 s", "250 ms", "59 s", "1 min", "1 h 2 min", "1 d", "1 d 1 h"]);
});
