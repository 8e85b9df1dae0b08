import { expect, test } from "vitest";

import type { Ask } from "@/api/conversations";
import { ApiError } from "@/api/http";
import type { Message, StreamEvent } from "@/api/types";

import { LiveConversation, type Change } from "./live";
import { lastShown } from "./store";

function message(id: string, fields: Partial<Message>): Message {
  return { id, parent_id: null, role: "assistant", content: "", model: "m", status: "streaming", error: null, left_out: 0, created_at: 1, ...fields };
}

const question = message("q", { role: "user", content: "hi", status: "complete" });
const answer = message("a", { parent_id: "q" });
const created: StreamEvent = { type: "message.created", user: question, assistant: answer };
const delta: StreamEvent = { type: "message.delta", id: "a", content: "Hel" };

/** Plays the events, then fails, waits for the abort, or ends. */
async function* play(ask: Ask, events: StreamEvent[], end: "wait" | "end" | ApiError): AsyncGenerator<StreamEvent> {
  yield* events;
  if (end instanceof ApiError) throw end;
  if (end !== "wait") return;
  ask.signal.throwIfAborted();
  await new Promise((_, reject) => ask.signal.addEventListener("abort", () => reject(new Error("aborted"))));
}

function converse(...scripts: [StreamEvent[], "wait" | "end" | ApiError][]) {
  const changes: Change[] = [];
  const asked: string[] = [];
  const next = (ask: Ask, what: string) => {
    asked.push(what);
    const [events, end] = scripts.shift() ?? [[], "end" as const];
    return play(ask, events, end);
  };
  const live = new LiveConversation("c", { sendMessage: next, regenerateMessage: next }, (change) => changes.push(change));
  return { live, changes, asked, last: () => lastShown(live.store.get()) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a completed answer replaces the streamed text", async () => {
  const done: StreamEvent = { type: "message.completed", message: message("a", { parent_id: "q", content: "Hello.", status: "complete" }) };
  const { live, last } = converse([[created, delta, done], "end"]);
  await live.send("hi", "m");
  expect(live.store.get().path).toEqual(["q", "a"]);
  expect(last()).toMatchObject({ content: "Hello.", status: "complete" });
  expect(live.store.get().activity).toBe("idle");
});

test("stopping keeps the text so far", async () => {
  const { live, last } = converse([[created, delta], "wait"]);
  const sent = live.send("hi", "m");
  await settle();
  live.stop();
  await sent;
  expect(last()).toMatchObject({ content: "Hel", status: "stopped" });
});

test("a question stopped before it arrived goes back to the composer", async () => {
  const { live, changes } = converse([[], "wait"]);
  const sent = live.send("hi", "m");
  expect(live.store.get().path).toHaveLength(2);
  live.stop();
  await sent;
  expect(live.store.get()).toMatchObject({ path: [], draft: "hi", activity: "idle" });
  expect(changes.at(-1)).toEqual({ id: "c", inDoubt: true });
});

test("a refused question shows the server's words, and retry sends it again", async () => {
  const { live, asked, last } = converse([[], new ApiError("No worker is ready.", 503)], [[created, delta], "end"]);
  await live.send("hi", "m");
  expect(last()).toMatchObject({ status: "failed", error: { message: "No worker is ready." } });
  await live.retry("m");
  expect(asked).toEqual(["hi", "hi"]);
  expect(live.store.get().path).toEqual(["q", "a"]);
});

test("a stream that ends without a verdict fails, and retry asks for a sibling", async () => {
  const { live, asked, last } = converse([[created, delta], "end"]);
  await live.send("hi", "m");
  expect(last()).toMatchObject({ content: "Hel", status: "failed" });
  await live.retry("m");
  expect(asked).toEqual(["hi", "a"]);
});

test("a list read before a question was asked does not undo the question", async () => {
  const { live } = converse([[created, delta], "wait"]);
  const accept = live.beginLoad();
  const sent = live.send("hi", "m");
  await settle();
  accept([]);
  expect(live.store.get().path).toEqual(["q", "a"]);
  live.stop();
  await sent;
});
