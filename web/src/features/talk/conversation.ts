/**
 * What was said, as the page shows it, from the server's events and what this page itself did. Pure: no sound, no
 * connection, no clock.
 */
import type { Item, Response, ServerEvent, Timings } from "@/api/realtime";

export interface Entry {
  id: string;
  who: "person" | "model";
  text: string;
  /** How many characters of it were heard, where it was interrupted; else null. */
  heard: number | null;
  /** No more of it will come. */
  complete: boolean;
  /** Why it is not what it should be. */
  failure: string | null;
  timings: Timings | null;
  /** From the end of the person's speech to the first sound here. */
  firstSoundMs: number | null;
}

export interface Conversation {
  entries: readonly Entry[];
  personSpeaks: boolean;
  /** What the person says just now, of which nothing may come. */
  uncommitted: string | null;
  /** Something was said, and no answer has begun. */
  awaiting: boolean;
  /** An answer is being made. */
  responding: boolean;
  /** The item whose sound is heard. */
  playing: string | null;
  /** What went wrong, where the conversation goes on. */
  notice: string | null;
}

/** What this page did. */
export type OwnEvent =
  | { type: "talk.speaking"; speaks: boolean }
  | { type: "talk.playing"; item_id: string; firstSoundMs: number | null }
  | { type: "talk.silent" }
  | { type: "talk.notice"; message: string | null }
  | { type: "talk.disconnected" };

export type TalkEvent = ServerEvent | OwnEvent;

export const emptyConversation: Conversation = {
  entries: [],
  personSpeaks: false,
  uncommitted: null,
  awaiting: false,
  responding: false,
  playing: null,
  notice: null,
};

const NOT_UNDERSTOOD = "Nothing was understood.";
const NOT_WRITTEN = "It ended before this was written down.";
const NO_REASON = "The answer failed.";
const CUT_OFF = "The answer reached its greatest length.";

type EventOf<T, E = TalkEvent> = E extends { type: string } ? (T extends E["type"] ? E : never) : never;
type Take<T> = (state: Conversation, event: EventOf<T>) => Conversation;

const takes: { [T in TalkEvent["type"]]?: Take<T> } = {
  "talk.speaking": (state, { speaks }) => ({ ...state, personSpeaks: speaks, notice: speaks ? null : state.notice }),
  "talk.playing": (state, { item_id, firstSoundMs }) => ({
    ...withEntry(state, item_id, "model", (entry) => ({ firstSoundMs: firstSoundMs ?? entry.firstSoundMs })),
    playing: item_id,
  }),
  "talk.silent": (state) => ({ ...state, playing: null }),
  "talk.notice": (state, { message }) => ({ ...state, notice: message }),
  "talk.disconnected": (state) => ({ ...emptyConversation, entries: state.entries.map(closed) }),
  error: (state, { error }) => ({ ...state, notice: error.message }),
  "input_audio_buffer.speech_started": (state, { item_id }) => ({
    ...state,
    personSpeaks: true,
    uncommitted: item_id,
    awaiting: false,
    notice: null,
  }),
  "input_audio_buffer.speech_stopped": (state) => ({ ...state, personSpeaks: false }),
  "input_audio_buffer.committed": (state, { item_id, previous_item_id }) => ({
    ...withEntry(state, item_id, "person", () => ({}), previous_item_id),
    personSpeaks: false,
    uncommitted: null,
    awaiting: true,
  }),
  "input_audio_buffer.cleared": (state) => ({
    ...state,
    entries: state.entries.filter(({ id }) => id !== state.uncommitted),
    uncommitted: null,
  }),
  "conversation.item.added": (state, { item, previous_item_id }) => withItem(state, item, previous_item_id),
  "conversation.item.done": (state, { item, previous_item_id }) => withItem(state, item, previous_item_id),
  "response.output_item.added": (state, { item }) => withItem(state, item),
  "conversation.item.retrieved": withHeard,
  "conversation.item.deleted": (state, { item_id }) => ({ ...state, entries: state.entries.filter(({ id }) => id !== item_id) }),
  "conversation.item.input_audio_transcription.delta": (state, { item_id, delta }) =>
    withEntry(withHearing(state, item_id), item_id, "person", ({ text, complete }) => (complete ? {} : { text: text + (delta ?? "") })),
  "conversation.item.input_audio_transcription.completed": (state, { item_id, transcript }) => {
    const text = transcript.trim();
    const next = withEntry(state, item_id, "person", () => ({ text, complete: true, failure: text ? null : NOT_UNDERSTOOD }));
    return text ? next : { ...next, awaiting: false };
  },
  "conversation.item.input_audio_transcription.failed": (state, { item_id, error }) =>
    withEntry(state, item_id, "person", () => ({ complete: true, failure: error.message || NOT_UNDERSTOOD })),
  "response.created": (state) => ({ ...state, awaiting: false, responding: true }),
  "response.done": (state, { response }) => withResponse(state, response),
  "response.output_audio_transcript.delta": (state, { item_id, delta }) =>
    withEntry(state, item_id, "model", ({ text }) => ({ text: text + delta })),
  "response.output_text.delta": (state, { item_id, delta }) => withEntry(state, item_id, "model", ({ text }) => ({ text: text + delta })),
  "response.output_audio_transcript.done": (state, { item_id, transcript }) =>
    withEntry(state, item_id, "model", () => ({ text: transcript, complete: true })),
  "response.output_text.done": (state, { item_id, text }) => withEntry(state, item_id, "model", () => ({ text, complete: true })),
};

/** An event that means nothing to the page changes nothing. */
export function take(state: Conversation, event: TalkEvent): Conversation {
  const taker = takes[event.type] as Take<TalkEvent["type"]> | undefined;
  return taker ? taker(state, event) : state;
}

/** What a model is told of a conversation that was held before, as items of OpenAI's: the words that were heard. */
export function remembered(entries: readonly Entry[]): Item[] {
  return entries.flatMap(({ id, who, text, heard }) => {
    const said = (heard === null ? text : text.slice(0, heard)).trim();
    if (!said) return [];
    const [role, type] = who === "person" ? (["user", "input_text"] as const) : (["assistant", "output_text"] as const);
    return [{ id, type: "message", role, content: [{ type, text: said }] }];
  });
}

/** The conversation as plain text. */
export function transcriptOf(entries: readonly Entry[], model: string): string {
  const lines = entries.map(({ who, text, heard }) => {
    const said = (heard === null ? text : text.slice(0, heard)).trim();
    return said && `${who === "person" ? "You" : model}: ${said}${heard === null ? "" : " –"}`;
  });
  return lines.filter(Boolean).join("\n\n");
}

/** No more will come of it. */
function closed(entry: Entry): Entry {
  const failure = entry.text === "" && !entry.complete ? NOT_WRITTEN : null;
  return { ...entry, complete: true, failure: entry.failure ?? failure };
}

/** Words may come before anybody has said that somebody speaks. */
function withHearing(state: Conversation, id: string): Conversation {
  return state.entries.some((entry) => entry.id === id) ? state : { ...state, uncommitted: id };
}

function withItem(state: Conversation, item: Item, previous?: string | null): Conversation {
  if (!item.id || item.type !== "message" || item.role === "system") return state;
  const who = item.role === "assistant" ? "model" : "person";
  const said = textOf(item);
  return withEntry(state, item.id, who, ({ text }) => (text || !said ? {} : { text: said }), previous);
}

/** The server keeps the words that were heard; what this page knows beyond them was not. */
function withHeard(state: Conversation, { item }: { item: Item }): Conversation {
  const known = state.entries.find(({ id }) => id === item.id);
  if (!known || known.who !== "model") return state;
  const said = textOf(item);
  const heard = known.text.startsWith(said) ? said.length : sharedLength(known.text, said);
  return withEntry(state, known.id, "model", () => ({ heard: heard < known.text.length ? heard : null, complete: true }));
}

function withResponse(state: Conversation, { status, status_details, output = [], freehold }: Response): Conversation {
  const next = { ...state, responding: false };
  const failure = failureOf(status, status_details);
  const spoken = output.findLast((item) => item.type === "message" && item.id);
  if (spoken?.id) {
    return withEntry(next, spoken.id, "model", (entry) => ({
      complete: true,
      failure: failure ?? entry.failure,
      timings: freehold?.timings ?? entry.timings,
    }));
  }
  return failure ? { ...next, notice: failure } : next;
}

function failureOf(status: Response["status"], details: Response["status_details"]): string | null {
  if (status === "failed") return details?.error?.message ?? NO_REASON;
  return status === "incomplete" ? CUT_OFF : null;
}

type Change = (entry: Entry) => Partial<Entry>;

/** Changes an entry, which begins behind `previous`, or else at the end, if there is none yet. */
function withEntry(state: Conversation, id: string, who: Entry["who"], change: Change, previous?: string | null): Conversation {
  const at = state.entries.findIndex((entry) => entry.id === id);
  const known = state.entries[at] ?? { id, who, text: "", heard: null, complete: false, failure: null, timings: null, firstSoundMs: null };
  const entry = { ...known, ...change(known) };
  if (at >= 0) return { ...state, entries: state.entries.with(at, entry) };
  const before = previous ? state.entries.findIndex((other) => other.id === previous) : -1;
  const place = before >= 0 ? before + 1 : state.entries.length;
  return { ...state, entries: state.entries.toSpliced(place, 0, entry) };
}

function textOf({ content = [] }: Item): string {
  return content.map((part) => part.transcript ?? part.text ?? "").join("");
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
