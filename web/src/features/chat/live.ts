/**
 * One conversation that can speak: sends, stops, regenerates and retries, writing what happens into its store.
 * It outlives the page that shows it, so an answer goes on while another conversation is open.
 */
import { ApiError } from "@/api/http";
import type { Ask } from "@/api/conversations";
import type { Message, StreamEvent } from "@/api/types";
import { createFrameBatch } from "@/platform/frame";

import {
  createThreadStore,
  isLocal,
  lastShown,
  localMessage,
  withDelta,
  withMessages,
  withoutLocalMessages,
  withServerMessages,
  withStatus,
  type ThreadState,
  type ThreadStore,
} from "./store";

export interface Transport {
  sendMessage(ask: Ask, content: string): AsyncIterable<StreamEvent>;
  regenerateMessage(ask: Ask, messageId: string): AsyncIterable<StreamEvent>;
}

/** `inDoubt`: the server may know more than this page, which should read the conversation again. */
export type Change = { id: string; inDoubt: boolean };

type Question = { kind: "send"; content: string } | { kind: "regenerate"; messageId: string };

const CUT_OFF = "The connection ended before the answer was finished.";

export class LiveConversation {
  readonly store: ThreadStore = createThreadStore();
  #abort: AbortController | null = null;
  #question: Question | null = null;
  #asked = 0;
  #answerId: string | null = null;
  #pendingText = "";
  #batch = createFrameBatch(() => this.#appendPending());

  constructor(
    readonly id: string,
    private readonly transport: Transport,
    private readonly onChange: (change: Change) => void,
  ) {}

  /** Call before reading from the server; the result accepts the messages, unless something was asked meanwhile. */
  beginLoad(): (messages: readonly Message[]) => void {
    const asked = this.#asked;
    const busy = this.#abort !== null;
    return (messages) => {
      if (busy || asked !== this.#asked) return;
      this.store.update((state) => withServerMessages(state, messages));
    };
  }

  setDraft(draft: string): void {
    this.store.update((state) => ({ ...state, draft }));
  }

  send(content: string, model: string): Promise<void> {
    return this.#ask({ kind: "send", content }, model);
  }

  regenerate(messageId: string, model: string): Promise<void> {
    return this.#ask({ kind: "regenerate", messageId }, model);
  }

  /** Asks again for the last answer, also when the question never reached the server. */
  retry(model: string): Promise<void> {
    const last = lastShown(this.store.get());
    if (last?.role !== "assistant") return Promise.resolve();
    if (!isLocal(last.id)) return this.regenerate(last.id, model);
    return this.#question ? this.#ask(this.#question, model) : Promise.resolve();
  }

  /** Ends the answer; the text so far stays. */
  stop(): void {
    this.#abort?.abort();
  }

  async #ask(question: Question, model: string): Promise<void> {
    if (this.#abort) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#question = question;
    this.#asked += 1;
    this.#answerId = null;
    this.store.update((state) => ({ ...withPlaceholders(state, question, model), activity: "waiting" }));
    const failure = await this.#listen(question, { conversationId: this.id, model, signal: abort.signal });
    this.#batch.flushNow();
    this.#settle(failure, abort.signal.aborted);
    this.#abort = null;
    this.onChange({ id: this.id, inDoubt: failure !== null && this.#answerId === null });
  }

  /** Returns what went wrong, or null once the answer was completed or failed by the server's word. */
  async #listen(question: Question, ask: Ask): Promise<ApiError | null> {
    let settled = false;
    try {
      const events =
        question.kind === "send"
          ? this.transport.sendMessage(ask, question.content)
          : this.transport.regenerateMessage(ask, question.messageId);
      for await (const event of events) {
        this.#apply(event);
        settled ||= event.type === "message.completed" || event.type === "message.failed";
      }
    } catch (error) {
      return settled ? null : error instanceof ApiError ? error : new ApiError(CUT_OFF, 0, "cut_off");
    }
    return settled ? null : new ApiError(CUT_OFF, 0, "cut_off");
  }

  #apply(event: StreamEvent): void {
    if (event.type === "message.delta") {
      this.#pendingText += event.content;
      this.#batch.request();
      return;
    }
    this.#batch.flushNow();
    if (event.type !== "message.created") {
      this.store.update((state) => withMessages(state, [event.message]));
      return;
    }
    this.#answerId = event.assistant.id;
    const created = event.user ? [event.user, event.assistant] : [event.assistant];
    this.store.update((state) => ({ ...withMessages(withoutLocalMessages(state), created), activity: "streaming" }));
    this.onChange({ id: this.id, inDoubt: false });
  }

  #appendPending(): void {
    const text = this.#pendingText;
    this.#pendingText = "";
    const id = this.#answerId;
    if (id !== null && text !== "") this.store.update((state) => withDelta(state, id, text));
  }

  #settle(failure: ApiError | null, stopped: boolean): void {
    this.store.update((state) => {
      const idle: ThreadState = { ...state, activity: "idle" };
      if (!failure) return idle;
      if (this.#answerId !== null) {
        return stopped ? withStatus(idle, this.#answerId, "stopped") : withStatus(idle, this.#answerId, "failed", errorOf(failure));
      }
      if (stopped || failure.status === 401) return takenBack(idle, this.#question);
      const placeholder = idle.path.at(-1);
      return placeholder === undefined ? idle : withStatus(idle, placeholder, "failed", errorOf(failure));
    });
  }
}

function errorOf({ message, code }: ApiError): Message["error"] {
  return { message, code };
}

function withPlaceholders(state: ThreadState, question: Question, model: string): ThreadState {
  const clean = withoutLocalMessages(state);
  const answer = { role: "assistant", content: "", model, status: "streaming" } as const;
  if (question.kind === "regenerate") {
    const parent = clean.messages.get(question.messageId)?.parent_id ?? null;
    return withMessages(clean, [localMessage({ ...answer, parent_id: parent })]);
  }
  const asked = localMessage({
    role: "user",
    content: question.content,
    parent_id: clean.path.at(-1) ?? null,
    model: null,
    status: "complete",
  });
  return withMessages(clean, [asked, localMessage({ ...answer, parent_id: asked.id })]);
}

/** The question was never sent: it leaves the list and returns to the composer. */
function takenBack(state: ThreadState, question: Question | null): ThreadState {
  const draft = question?.kind === "send" && state.draft === "" ? question.content : state.draft;
  return { ...withoutLocalMessages(state), draft };
}
