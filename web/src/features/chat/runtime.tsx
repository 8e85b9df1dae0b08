/** All conversations this page has opened, kept while it lives. Handed down by context; made once by the app. */
import { createContext, useContext, type ReactNode } from "react";

import { regenerateMessage, sendMessage } from "@/api/conversations";

import { LiveConversation, type Change } from "./live";
import { createThreadStore, emptyThread } from "./store";

export class ChatRuntime {
  /** Holds the draft of the chat that does not exist yet. */
  readonly unnamed = createThreadStore();
  readonly #open = new Map<string, LiveConversation>();

  constructor(private readonly onChange: (change: Change) => void) {}

  conversation(id: string): LiveConversation {
    const known = this.#open.get(id);
    if (known) return known;
    const live = new LiveConversation(id, { sendMessage, regenerateMessage }, this.onChange);
    this.#open.set(id, live);
    return live;
  }

  forget(id: string): void {
    this.#open.get(id)?.stop();
    this.#open.delete(id);
  }

  /** For the next person at this browser: nothing of the last one stays. */
  forgetAll(): void {
    for (const id of [...this.#open.keys()]) this.forget(id);
    this.unnamed.set(emptyThread);
  }
}

const RuntimeContext = createContext<ChatRuntime | null>(null);

export function ChatProvider({ runtime, children }: { runtime: ChatRuntime; children: ReactNode }) {
  return <RuntimeContext value={runtime}>{children}</RuntimeContext>;
}

export function useChatRuntime(): ChatRuntime {
  const runtime = useContext(RuntimeContext);
  if (!runtime) throw new Error("ChatProvider is missing above this component.");
  return runtime;
}
