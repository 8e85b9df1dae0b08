import type { ConversationSummary } from "@/api/types";

export interface DayGroup {
  label: string;
  conversations: ConversationSummary[];
}

const DAY_MS = 86_400_000;

/** Newest first, under the day, week or month of the last change. */
export function groupByDay(conversations: readonly ConversationSummary[], now: Date): DayGroup[] {
  const groups = new Map<string, ConversationSummary[]>();
  for (const conversation of [...conversations].sort((a, b) => b.updated_at - a.updated_at)) {
    const label = dayLabel(new Date(conversation.updated_at * 1000), now);
    groups.set(label, [...(groups.get(label) ?? []), conversation]);
  }
  return [...groups].map(([label, members]) => ({ label, conversations: members }));
}

function dayLabel(day: Date, now: Date): string {
  // Rounded, since a day of a clock change has 23 or 25 hours.
  const daysAgo = Math.round((startOfDay(now) - startOfDay(day)) / DAY_MS);
  if (daysAgo <= 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  if (daysAgo <= 7) return "Previous 7 days";
  return day.toLocaleDateString("en", { month: "long", year: "numeric" });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
