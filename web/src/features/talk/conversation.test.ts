import { expect, test } from "vitest";

import type { ServerEvent } from "@/api/realtime";

import { emptyConversation, remembered, take, transcriptOf, type Conversation, type OwnEvent } from "./conversation";
import { phaseOf, type Standing } from "./phase";

const after = (...events: (ServerEvent | OwnEvent)[]): Conversation => events.reduce(take, emptyConversation);

const asks: ServerEvent[] = [
  { type: "input_audio_buffer.speech_started", item_id: "u1", audio_start_ms: 300 },
  { type: "conversation.item.input_audio_transcription.delta", item_id: "u1", delta: "how are" },
  { type: "input_audio_buffer.speech_stopped", item_id: "u1", audio_end_ms: 1500 },
  { type: "input_audio_buffer.committed", item_id: "u1", previous_item_id: null },
  { type: "conversation.item.added", item: { id: "u1", type: "message", role: "user", content: [] }, previous_item_id: null },
  { type: "conversation.item.input_audio_transcription.completed", item_id: "u1", transcript: "how are you" },
];
const answers: ServerEvent[] = [
  { type: "response.created", response: { id: "r1", status: "in_progress" } },
  { type: "response.output_item.added", item: { id: "a1", type: "message", role: "assistant", content: [] } },
  { type: "response.output_audio_transcript.delta", item_id: "a1", delta: "I am well. " },
  { type: "response.output_audio_transcript.delta", item_id: "a1", delta: "And you?" },
];
const finishes: ServerEvent[] = [
  { type: "response.output_audio_transcript.done", item_id: "a1", transcript: "I am well. And you?" },
  {
    type: "response.done",
    response: { status: "completed", output: [{ id: "a1", type: "message", role: "assistant" }], freehold: { timings: { thinking_ms: 40 } } },
  },
];

test("a turn and its answer are written down as they come, with the time each stage took", () => {
  const state = after(...asks, ...answers, { type: "talk.playing", item_id: "a1", firstSoundMs: 420 }, ...finishes);
  expect(state.entries.map(({ who, text, complete }) => [who, text, complete])).toEqual([
    ["person", "how are you", true],
    ["model", "I am well. And you?", true],
  ]);
  expect(state.entries[1]).toMatchObject({ timings: { thinking_ms: 40 }, firstSoundMs: 420, heard: null, failure: null });
});

test("of an interrupted answer the words that the server keeps were heard, and the rest was not", () => {
  const heard: ServerEvent = {
    type: "conversation.item.retrieved",
    item: { id: "a1", type: "message", role: "assistant", content: [{ type: "output_audio", transcript: "I am well." }] },
  };
  const state = after(...asks, ...answers, ...finishes, heard);
  expect(state.entries[1]?.text.slice(0, state.entries[1].heard ?? undefined)).toBe("I am well.");
  expect(transcriptOf(state.entries, "tiny")).toBe("You: how are you\n\ntiny: I am well. –");
  expect(remembered(state.entries)).toEqual([
    { id: "u1", type: "message", role: "user", content: [{ type: "input_text", text: "how are you" }] },
    { id: "a1", type: "message", role: "assistant", content: [{ type: "output_text", text: "I am well." }] },
  ]);
});

test("an answer that was heard to its end is not struck", () => {
  const item = { id: "a1", type: "message", role: "assistant" as const, content: [{ type: "output_audio", transcript: "I am well. And you?" }] };
  expect(after(...answers, ...finishes, { type: "conversation.item.retrieved", item }).entries[0]?.heard).toBeNull();
});

test("words of a turn that came to nothing are gone, and those of one that did stay", () => {
  expect(after(...asks.slice(0, 2), { type: "input_audio_buffer.cleared" }).entries).toEqual([]);
  expect(after(...asks, { type: "input_audio_buffer.cleared" }).entries).toHaveLength(1);
  // Before the button is held, what came earlier is cleared.
  expect(after({ type: "talk.speaking", speaks: true }, { type: "input_audio_buffer.cleared" }).personSpeaks).toBe(true);
  const unannounced: ServerEvent = { type: "conversation.item.input_audio_transcription.delta", item_id: "u9", delta: "um" };
  expect(after(unannounced, { type: "input_audio_buffer.cleared" }).entries).toEqual([]);
});

test("an item stands behind the one that the server names", () => {
  const late: ServerEvent = { type: "conversation.item.added", item: { id: "u2", type: "message", role: "user" }, previous_item_id: "u1" };
  expect(after(...asks, ...answers, late).entries.map(({ id }) => id)).toEqual(["u1", "u2", "a1"]);
});

test("what could not be heard or answered says why", () => {
  const failed: ServerEvent = { type: "response.done", response: { status: "failed", status_details: { error: { message: "Too busy." } } } };
  expect(after(...asks, failed)).toMatchObject({ notice: "Too busy.", responding: false });
  const spoken = { ...failed, response: { ...failed.response, output: [{ id: "a1", type: "message" }] } };
  expect(after(...answers, spoken).entries[0]?.failure).toBe("Too busy.");
  const nothing: ServerEvent = { type: "conversation.item.input_audio_transcription.completed", item_id: "u1", transcript: " " };
  const silent = after(...asks.slice(0, 5), nothing);
  expect(silent.entries[0]?.failure).toBeTruthy();
  expect(silent.awaiting).toBe(false);
});

test("what ends with the connection is what goes on, not what was said", () => {
  const state = after(...asks, ...answers, { type: "talk.playing", item_id: "a1", firstSoundMs: null }, { type: "talk.disconnected" });
  expect(state).toMatchObject({ playing: null, responding: false, personSpeaks: false });
  expect(state.entries.map(({ text, failure }) => [text, failure])).toEqual([
    ["how are you", null],
    ["I am well. And you?", null],
  ]);
  expect(after(...asks.slice(3, 5), { type: "talk.disconnected" }).entries[0]?.failure).toContain("ended before");
});

test("an item told again in a later session, and an event of no meaning here, change nothing", () => {
  const before = after(...asks);
  const again: ServerEvent = {
    type: "conversation.item.added",
    item: { id: "u1", type: "message", role: "user", content: [{ type: "input_text", text: "how are you" }] },
  };
  expect(take(before, again).entries).toEqual(before.entries);
  expect(take(before, { type: "rate_limits.updated" } as unknown as ServerEvent)).toBe(before);
});

test("the state in words follows who speaks", () => {
  const standing: Standing = { link: "open", mode: "hands-free", muted: false, conversation: emptyConversation };
  const at = (...events: (ServerEvent | OwnEvent)[]) => phaseOf({ ...standing, conversation: after(...events) });
  expect(at()).toBe("listening");
  expect(at(...asks.slice(0, 1))).toBe("hearing");
  expect(at(...asks)).toBe("thinking");
  expect(at(...asks, ...answers)).toBe("thinking");
  const playing: OwnEvent = { type: "talk.playing", item_id: "a1", firstSoundMs: null };
  expect(at(...asks, ...answers, playing)).toBe("speaking");
  // All was sent long before all is heard.
  expect(at(...asks, ...answers, playing, ...finishes)).toBe("speaking");
  expect(at(...asks, ...answers, playing, ...finishes, { type: "talk.silent" })).toBe("listening");
  expect(phaseOf({ ...standing, muted: true })).toBe("muted");
  expect(phaseOf({ ...standing, mode: "hold", muted: true })).toBe("waiting");
  expect(phaseOf({ ...standing, link: "ended" })).toBe("ended");
});
