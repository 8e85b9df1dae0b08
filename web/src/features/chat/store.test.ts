import { expect, test } from "vitest";

import type { Message } from "@/api/types";

import {
  createThreadStore,
  emptyThread,
  lastShown,
  localMessage,
  withDelta,
  withMessages,
  withoutLocalMessages,
  withServerMessages,
} from "./store";

function message(id: string, parent: string | null, created: number, fields: Partial<Message> = {}): Message {
  return { id, parent_id: parent, role: "user", content: id, model: null, status: "complete", error: null, left_out: 0, created_at: created, ...fields };
}

test("the newest sibling is shown, whatever order the server lists them in", () => {
  const state = withServerMessages(emptyThread, [
    message("old answer", "question", 2),
    message("follow-up", "new answer", 4),
    message("new answer", "question", 3),
    message("question", null, 1),
  ]);
  expect(state.path).toEqual(["question", "new answer", "follow-up"]);
});

test("an added sibling hides the branch of the older one", () => {
  const before = withMessages(emptyThread, [message("q", null, 1), message("a1", "q", 2), message("q2", "a1", 3)]);
  expect(withMessages(before, [message("a2", "q", 4)]).path).toEqual(["q", "a2"]);
});

test("streamed text keeps the branch and all other messages identical", () => {
  const before = withMessages(emptyThread, [message("q", null, 1), message("a", "q", 2, { content: "Hel" })]);
  const after = withDelta(before, "a", "lo");
  expect(after.messages.get("a")?.content).toBe("Hello");
  expect(after.path).toBe(before.path);
  expect(after.messages.get("q")).toBe(before.messages.get("q"));
});

test("text for an unknown message changes nothing", () => {
  expect(withDelta(emptyThread, "gone", "x")).toBe(emptyThread);
});

test("a reload drops what the server forgot and keeps what it never received", () => {
  const unsent = localMessage({ role: "user", content: "hello?", parent_id: "q", model: null, status: "failed" });
  const before = withMessages(emptyThread, [message("q", null, 1), message("gone", "q", 2), unsent]);
  const after = withServerMessages(before, [message("q", null, 1)]);
  expect(after.path).toEqual(["q", unsent.id]);
  expect(withoutLocalMessages(after).path).toEqual(["q"]);
});

test("a message whose parent is missing is still shown", () => {
  expect(lastShown(withMessages(emptyThread, [message("orphan", "missing", 1)]))?.id).toBe("orphan");
});

test("listeners hear changes, and only until they leave", () => {
  const store = createThreadStore();
  const heard: string[] = [];
  const leave = store.subscribe(() => heard.push(store.get().draft));
  store.update((state) => ({ ...state, draft: "a" }));
  store.update((state) => state);
  leave();
  store.update((state) => ({ ...state, draft: "b" }));
  expect(heard).toEqual(["a"]);
});
