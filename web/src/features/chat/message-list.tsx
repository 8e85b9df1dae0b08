import { useEffect, useState } from "react";

import { useStickToBottom } from "@/platform/stick-to-bottom";
import { useCell } from "@/platform/use-cell";
import { Button } from "@/ui/button";
import { ArrowDown } from "@/ui/icons";

import type { LiveConversation } from "./live";
import { MessageItem } from "./message-item";

interface MessageListProps {
  live: LiveConversation;
  model: string | undefined;
}

export function MessageList({ live, model }: MessageListProps) {
  const path = useCell(live.store, (state) => state.path);
  const { scroller, content, following, follow } = useStickToBottom();
  useFollowOwnQuestions(live, follow);
  return (
    <div className="relative min-h-0 flex-1">
      {/* Scrollable, so it must be reachable by keyboard. */}
      <div ref={scroller} tabIndex={0} className="focus-ring h-full overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]">
        <div
          ref={content}
          role="log"
          aria-label="Conversation"
          aria-live="polite"
          className="mx-auto flex w-full max-w-[46rem] flex-col gap-4 px-4 pb-8 pt-4 md:px-6"
        >
          {path.map((id, index) => (
            <MessageItem key={id} id={id} live={live} last={index === path.length - 1} model={model} />
          ))}
        </div>
      </div>
      {!following && (
        <Button onClick={follow} className="absolute bottom-3 left-1/2 -translate-x-1/2 !rounded-full shadow-md shadow-black/10">
          <ArrowDown className="size-4" /> Latest
        </Button>
      )}
      <Progress live={live} />
    </div>
  );
}

/** Whoever asks wants to see the answer: a new question ends a look back. */
function useFollowOwnQuestions(live: LiveConversation, follow: () => void): void {
  const activity = useCell(live.store, (state) => state.activity);
  useEffect(() => {
    if (activity === "waiting") follow();
  }, [activity, follow]);
}

/** Tells a screen reader that an answer began and ended; the text itself is read from the log. */
function Progress({ live }: { live: LiveConversation }) {
  const busy = useCell(live.store, (state) => state.activity !== "idle");
  const [began, setBegan] = useState(busy);
  if (busy && !began) setBegan(true);
  return (
    <p role="status" className="sr-only">
      {busy ? "The answer is being written." : began ? "The answer is finished." : ""}
    </p>
  );
}
