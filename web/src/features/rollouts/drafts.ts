/** Plans being written, by the rollout's name; "" is a new one. They outlive their page, and an expired session. */
import { createCell, type Cell } from "@/platform/cell";

import type { Draft } from "./plan-draft";

const drafts = new Map<string, Cell<Draft>>();

export function draftCell(name: string, begin: () => Draft): Cell<Draft> {
  const cell = drafts.get(name) ?? createCell(begin());
  drafts.set(name, cell);
  return cell;
}

export function forgetDraft(name: string): void {
  drafts.delete(name);
}

/** Somebody else may sign in next. */
export function forgetDrafts(): void {
  drafts.clear();
}
