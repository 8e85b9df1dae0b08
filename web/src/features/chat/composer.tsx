import { useLayoutEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";

import { appended } from "@/features/voice/dictation";
import { DictationButton } from "@/features/voice/dictation-button";
import { hasTouchKeyboard } from "@/platform/media";
import { useCell } from "@/platform/use-cell";
import { IconButton } from "@/ui/button";
import { ArrowUp, Stop } from "@/ui/icons";

import type { ThreadStore } from "./store";

interface ComposerProps {
  store: ThreadStore;
  /** False while no model could answer. */
  ready: boolean;
  onSend: (content: string) => void;
  onStop: () => void;
}

/** Where a message is written. The draft lives in the store, so it survives a change of page. */
export function Composer({ store, ready, onSend, onStop }: ComposerProps) {
  const draft = useCell(store, (state) => state.draft);
  const busy = useCell(store, (state) => state.activity !== "idle");
  const field = useRef<HTMLTextAreaElement>(null);
  const [unheard, setUnheard] = useState<string | null>(null);
  const canSend = ready && !busy && draft.trim() !== "";
  useLayoutEffect(() => {
    if (field.current) fitHeight(field.current);
  }, [draft]);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    field.current?.focus();
    if (canSend) onSend(draft.trim());
  };
  const stop = () => {
    onStop();
    if (!hasTouchKeyboard()) field.current?.focus();
  };
  const dictated = (text: string) => {
    store.update((state) => ({ ...state, draft: appended(state.draft, text) }));
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && busy) stop();
    // Enter also confirms a word in an input method, and is the only way to a new line on a touch keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || hasTouchKeyboard()) return;
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={submit} className="mx-auto w-full max-w-[46rem] px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] pt-1 md:px-5">
      {unheard && (
        <p role="alert" className="mb-1.5 px-3 text-sm text-brick">
          {unheard}
        </p>
      )}
      <div className="flex items-end gap-1.5 rounded-2xl border border-edge-strong bg-sheet p-1.5 shadow-sm shadow-black/5 transition-colors focus-within:border-leaf focus-within:ring-1 focus-within:ring-leaf">
        <textarea
          ref={field}
          rows={1}
          value={draft}
          onChange={(event) => store.update((state) => ({ ...state, draft: event.target.value }))}
          onKeyDown={onKeyDown}
          autoFocus={!hasTouchKeyboard()}
          aria-label="Message"
          placeholder="Write a message"
          enterKeyHint={hasTouchKeyboard() ? "enter" : "send"}
          className="max-h-[40dvh] min-h-11 w-full resize-none bg-transparent px-3 py-2.5 leading-6 outline-none placeholder:text-soft"
        />
        <DictationButton onText={dictated} onFailure={setUnheard} />
        {busy ? (
          <IconButton key="stop" look="solid" label="Stop" className="!size-11 !rounded-xl" onClick={stop}>
            <Stop className="size-5" />
          </IconButton>
        ) : (
          <IconButton key="send" look="solid" label="Send message" type="submit" className="!size-11 !rounded-xl" disabled={!canSend}>
            <ArrowUp className="size-5" />
          </IconButton>
        )}
      </div>
    </form>
  );
}

function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
