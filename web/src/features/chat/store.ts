/**
 * One conversation as data: a tree of messages, the branch that is shown, and what is going on.
 * Knows no framework and no network. Every function returns a new state and changes nothing.
 */
import type { Message } from "@/api/types";
import { createCell, type Cell } from "@/platform/cell";

/** `waiting`: asked, nothing has come back; `streaming`: the answer is being written. */
export type Activity = "idle" | "waiting" | "streaming";

export interface ThreadState {
  /** In order of arrival: of two siblings, the later one is the newer one. */
  readonly messages: ReadonlyMap<string, Message>;
  /** Ids of the shown branch, root first; the same array as long as the branch is the same. */
  readonly path: readonly string[];
  readonly activity: Activity;
  /** What is typed and not sent. */
  readonly draft: string;
}

export type ThreadStore = Cell<ThreadState>;

export const emptyThread: ThreadState = { messages: new Map(), path: [], activity: "idle", draft: "" };

export function createThreadStore(): ThreadStore {
  return createCell(emptyThread);
}

const LOCAL_PREFIX = "local-";
let localCount = 0;

/** A message shown before the server knows it. */
export function localMessage(fields: Pick<Message, "role" | "content" | "parent_id" | "model" | "status">): Message {
  localCount += 1;
  return { ...fields, id: `${LOCAL_PREFIX}${localCount}`, error: null, left_out: 0, created_at: Date.now() / 1000 };
}

export function isLocal(id: string): boolean {
  return id.startsWith(LOCAL_PREFIX);
}

/** Adds messages, or replaces those of the same id where they stand. */
export function withMessages(state: ThreadState, incoming: readonly Message[]): ThreadState {
  const messages = new Map(state.messages);
  for (const message of incoming) messages.set(message.id, message);
  return withTree(state, messages);
}

/** Takes the server's list as the truth; only failed messages that it never received are kept. */
export function withServerMessages(state: ThreadState, incoming: readonly Message[]): ThreadState {
  const unsent = [...state.messages.values()].filter((message) => isLocal(message.id));
  const ordered = [...incoming].sort((a, b) => a.created_at - b.created_at);
  return withTree(state, new Map([...ordered, ...unsent].map((message) => [message.id, message])));
}

export function withoutLocalMessages(state: ThreadState): ThreadState {
  const kept = [...state.messages].filter(([id]) => !isLocal(id));
  return kept.length === state.messages.size ? state : withTree(state, new Map(kept));
}

/** Appends streamed text; the shown branch stays the same array. */
export function withDelta(state: ThreadState, id: string, content: string): ThreadState {
  return withFields(state, id, (message) => ({ content: message.content + content }));
}

export function withStatus(state: ThreadState, id: string, status: Message["status"], error: Message["error"] = null): ThreadState {
  return withFields(state, id, () => ({ status, error }));
}

export function lastShown(state: ThreadState): Message | undefined {
  const id = state.path.at(-1);
  return id === undefined ? undefined : state.messages.get(id);
}

/** Follows the newest sibling from the root down. A message whose parent is missing counts as a root. */
export function visiblePath(messages: ReadonlyMap<string, Message>): string[] {
  const newestChild = new Map<string | null, string>();
  for (const { id, parent_id } of messages.values()) {
    newestChild.set(parent_id !== null && messages.has(parent_id) ? parent_id : null, id);
  }
  const path: string[] = [];
  for (let id = newestChild.get(null); id !== undefined; id = newestChild.get(id)) path.push(id);
  return path;
}

function withFields(state: ThreadState, id: string, change: (message: Message) => Partial<Message>): ThreadState {
  const message = state.messages.get(id);
  if (!message) return state;
  return { ...state, messages: new Map(state.messages).set(id, { ...message, ...change(message) }) };
}

function withTree(state: ThreadState, messages: ReadonlyMap<string, Message>): ThreadState {
  const path = visiblePath(messages);
  const same = path.length === state.path.length && path.every((id, index) => id === state.path[index]);
  return { ...state, messages, path: same ? state.path : path };
}
