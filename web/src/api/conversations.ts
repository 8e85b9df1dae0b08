import { request, requestEvents, requestJson } from "./http";
import type { Conversation, ConversationPage, ConversationSummary, StreamEvent } from "./types";

const ROOT = "/api/conversations";
const PAGE_SIZE = 50;

const pathOf = (id: string) => `${ROOT}/${encodeURIComponent(id)}`;

/** Newest first; `before` is the last id of the page above. */
export function listConversations(before: string | null): Promise<ConversationPage> {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
  if (before) query.set("before", before);
  return requestJson("GET", `${ROOT}?${query.toString()}`);
}

export function createConversation(model: string): Promise<ConversationSummary> {
  return requestJson("POST", ROOT, { body: { model } });
}

export function readConversation(id: string): Promise<Conversation> {
  return requestJson("GET", pathOf(id));
}

export async function renameConversation(id: string, title: string): Promise<void> {
  await request("PATCH", pathOf(id), { body: { title } });
}

export async function deleteConversation(id: string): Promise<void> {
  await request("DELETE", pathOf(id));
}

export interface Ask {
  conversationId: string;
  model: string;
  signal: AbortSignal;
}

export function sendMessage({ conversationId, model, signal }: Ask, content: string): AsyncIterable<StreamEvent> {
  return requestEvents(`${pathOf(conversationId)}/messages`, { content, model }, signal);
}

/** Answers again: the new answer is a sibling of `messageId`. */
export function regenerateMessage({ conversationId, model, signal }: Ask, messageId: string): AsyncIterable<StreamEvent> {
  return requestEvents(`${pathOf(conversationId)}/messages/${encodeURIComponent(messageId)}/regenerate`, { model }, signal);
}
