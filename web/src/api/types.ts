/** What the server's browser API says. Times are unix seconds. */

export interface Person {
  id: string;
  name: string;
  role: "admin" | "member";
}

export interface Session {
  person: Person;
  version: string;
}

export interface Model {
  id: string;
  owned_by: string;
  freehold?: {
    label?: string;
    kind?: "chat" | "embedding" | "rerank" | "speech" | "transcription" | "sound";
    builtin?: boolean;
    context_length?: number;
  };
}

export type MessageStatus = "complete" | "streaming" | "stopped" | "failed";

export interface Message {
  id: string;
  parent_id: string | null;
  role: "user" | "assistant";
  content: string;
  model: string | null;
  status: MessageStatus;
  error: { message: string; code: string | null } | null;
  created_at: number;
  /** The oldest turns that did not fit the model when this answer was asked for. */
  left_out: number;
}

export interface ConversationSummary {
  id: string;
  title: string | null;
  model: string | null;
  created_at: number;
  updated_at: number;
}

export interface Conversation extends ConversationSummary {
  messages: Message[];
}

export interface ConversationPage {
  data: ConversationSummary[];
  has_more: boolean;
}

/** `message.created` carries `user` only when a person's message was added, not on a regeneration. */
export type StreamEvent =
  | { type: "message.created"; user?: Message; assistant: Message }
  | { type: "message.delta"; id: string; content: string }
  | { type: "message.completed"; message: Message }
  | { type: "message.failed"; message: Message };
