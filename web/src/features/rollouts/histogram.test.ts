import { expect, test } from "vitest";

import { describeDistribution, median, outline, toHistogram } from "./histogram";

const edges = [0, 1, 2, 3];

test("arms of different sizes are compared by their parts, not by their counts", () => {
  const histogram = toHistogram({ metric: "output_tokens", edges, control: [50, 50, 0], candidate: [0, 1, 3] })!;
  expect(histogram.control).toEqual([0.5, 0.5, 0]);
  expect(histogram.candidate).toEqual([0, 0.25, 0.75]);
  expect(histogram.peak).toBe(0.75);
});

test("an arm without values is flat, and two without make no picture", () => {
  expect(toHistogram({ metric: "quality", edges, control: [0, 0, 0], candidate: [1, 0, 0] })!.control).toEqual([0, 0, 0]);
  expect(toHistogram({ metric: "quality", edges, control: [0, 0, 0], candidate: [0, 0, 0] })).toBeNull();
  expect(toHistogram({ metric: "quality", edges: [], control: [], candidate: [] })).toBeNull();
});

test("the outline begins and ends on the ground, and the highest bar touches the top", () => {
  expect(outline([0.5, 1], 1, 100, 40)).toBe("M0 40V20H50V0H100V40");
});

test("the median is in the bin that half of the values reach", () => {
  expect(median(edges, [1, 1, 8])).toBe(2.5);
  expect(median(edges, [4, 0, 1])).toBe(0.5);
  expect(median(edges, [0, 0, 0])).toBeNull();
});

test("who does not see the picture is told the sizes and the middles", () => {
  expect(describeDistribution({ metric: "output_tokens", edges: [0, 100, 200], control: [1500, 0], candidate: [0, 0] })).toBe(
    "Control: 1,500 values, half of them up to about 50 tokens. Candidate: no values.",
  );
});
