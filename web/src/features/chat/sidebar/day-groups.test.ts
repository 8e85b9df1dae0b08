import { expect, test } from "vitest";

import { groupByDay } from "./day-groups";

const now = new Date(2026, 2, 30, 0, 30);
const at = (id: string, date: Date) => ({ id, title: id, model: null, created_at: 0, updated_at: date.getTime() / 1000 });

test("days are calendar days, not spans of 24 hours", () => {
  const groups = groupByDay(
    [at("a month ago", new Date(2026, 1, 3)), at("minutes ago", new Date(2026, 2, 30, 0, 10)), at("an hour ago", new Date(2026, 2, 29, 23, 30)), at("a week ago", new Date(2026, 2, 23))],
    now,
  );
  expect(groups.map(({ label, conversations }) => [label, conversations.map(({ id }) => id)])).toEqual([
    ["Today", ["minutes ago"]],
    ["Yesterday", ["an hour ago"]],
    ["Previous 7 days", ["a week ago"]],
    ["February 2026", ["a month ago"]],
  ]);
});
