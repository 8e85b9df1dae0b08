import { memo } from "react";

import type { Message } from "@/api/types";
import { ReadAloudButton } from "@/features/voice/read-aloud-button";
import { useCell } from "@/platform/use-cell";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Refresh, Warning } from "@/ui/icons";
import { Mark } from "@/ui/mark";
import { Markdown } from "@/ui/markdown";

import type { LiveConversation } from "./live";

interface MessageItemProps {
  id: string;
  live: LiveConversation;
  last: boolean;
  /** The model that a repeated answer would come from. */
  model: string | undefined;
}

/** One message. Listens to itself only, so a streamed chunk renders one item, however long the chat. */
export const MessageItem = memo(function MessageItem({ id, live, last, model }: MessageItemProps) {
  const message = useCell(live.store, (state) => state.messages.get(id));
  if (!message) return null;
  return message.role === "user" ? <Asked message={message} /> : <Answer message={message} live={live} last={last} model={model} />;
});

const reveal = "transition-opacity group-hover:opacity-100 group-focus-within:opacity-100 pointer-coarse:opacity-100";

function Asked({ message }: { message: Message }) {
  return (
    <article aria-label="Your message" className="group flex flex-row-reverse items-center gap-1 pl-[6%]">
      <div className="min-w-0 whitespace-pre-wrap rounded-2xl rounded-br-md bg-well px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere]">
        {message.content}
      </div>
      <div className={`shrink-0 opacity-0 ${reveal}`}>
        <CopyButton text={message.content} label="Copy message" />
      </div>
    </article>
  );
}

function Answer({ message, live, last, model }: Omit<MessageItemProps, "id"> & { message: Message }) {
  const { status, content } = message;
  const repeatWith = last ? model : undefined;
  return (
    <article aria-label="Answer" aria-busy={status === "streaming"} className="group">
      {content && <Markdown source={content} />}
      {status === "streaming" && <Writing started={content !== ""} />}
      <LeftOut count={message.left_out} />
      {status === "stopped" && <Stopped started={content !== ""} />}
      {status === "failed" && <Failure message={message} onRetry={repeatWith ? () => void live.retry(repeatWith) : null} />}
      {status !== "streaming" && (
        <AnswerActions
          message={message}
          shown={last}
          onRegenerate={repeatWith && status !== "failed" ? () => void live.regenerate(message.id, repeatWith) : null}
        />
      )}
    </article>
  );
}

interface AnswerActionsProps {
  message: Message;
  shown: boolean;
  onRegenerate: (() => void) | null;
}

function AnswerActions({ message: { id, content, model }, shown, onRegenerate }: AnswerActionsProps) {
  return (
    <div className={`-ml-2.5 mt-1 flex items-center text-soft ${shown ? "" : `-mb-4 opacity-0 ${reveal}`}`}>
      {content && <CopyButton text={content} label="Copy message" />}
      {content && <ReadAloudButton id={id} text={content} />}
      {onRegenerate && (
        <IconButton label="Regenerate" onClick={onRegenerate}>
          <Refresh className="size-4" />
        </IconButton>
      )}
      {model && <span className="ml-2.5 truncate text-xs">{model}</span>}
    </div>
  );
}

function Writing({ started }: { started: boolean }) {
  return (
    <div className={`flex items-center gap-2.5 text-sm text-soft ${started ? "mt-3" : ""}`}>
      <Mark className="size-4 animate-breathe" />
      {!started && <span>Writing…</span>}
    </div>
  );
}

function LeftOut({ count }: { count: number }) {
  if (count === 0) return null;
  return <p className="mt-2 text-sm text-soft">The oldest {count} messages no longer fit into this model’s memory and were left out.</p>;
}

function Stopped({ started }: { started: boolean }) {
  return <p className="mt-2 text-sm text-soft">{started ? "Stopped." : "Stopped before anything was written."}</p>;
}

function Failure({ message, onRetry }: { message: Message; onRetry: (() => void) | null }) {
  return (
    <div role="alert" className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl bg-brick-wash px-4 py-3">
      <Warning className="size-5 text-brick" />
      <p className="min-w-0 flex-1 basis-52">{message.error?.message ?? "The answer failed."}</p>
      {onRetry && <Button onClick={onRetry}>Retry</Button>}
    </div>
  );
}
