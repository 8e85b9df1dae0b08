import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";

import { createConversation } from "@/api/conversations";
import { ApiError } from "@/api/http";
import { ReadAloudFailure } from "@/features/voice/read-aloud-button";
import { useCell } from "@/platform/use-cell";
import { Button } from "@/ui/button";
import { Wave } from "@/ui/icons";
import { Skeleton } from "@/ui/skeleton";

import { BetterModel } from "./better-model";
import { Composer } from "./composer";
import { EmptyState } from "./empty-state";
import type { LiveConversation } from "./live";
import { MessageList } from "./message-list";
import { useModelChoice, type ModelChoice } from "./model-choice";
import { ModelPicker } from "./model-picker";
import { conversationQuery } from "./queries";
import { useChatRuntime } from "./runtime";
import { emptyThread, lastShown } from "./store";

/** Someone else (another tab, another device) is having an answer written: look again at this pace. */
const WATCH_INTERVAL_MS = 2000;

interface PageProps {
  /** Placed by the app at the start of the header. */
  leading: ReactNode;
}

/** A chat that does not exist yet; its first message creates it. */
export function NewChatPage({ leading }: PageProps) {
  const runtime = useChatRuntime();
  const navigate = useNavigate();
  const choice = useModelChoice();
  const [wantsBetter, setWantsBetter] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { unnamed } = runtime;

  const begin = async (content: string) => {
    if (!choice.model || unnamed.get().activity !== "idle") return;
    setFailure(null);
    unnamed.set({ ...emptyThread, draft: content, activity: "waiting" });
    try {
      const { id } = await createConversation(choice.model.id);
      unnamed.set(emptyThread);
      void runtime.conversation(id).send(content, choice.model.id);
      await navigate({ to: "/c/$id", params: { id } });
    } catch (error) {
      unnamed.update((state) => ({ ...state, activity: "idle" }));
      setFailure(error instanceof ApiError ? error.message : "The chat could not be started.");
    }
  };
  useTitle(null);
  return (
    <Frame leading={leading} choice={choice} onWantBetter={() => setWantsBetter(true)}>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <EmptyState model={choice.model} onAsk={(question) => void begin(question)} onWantBetter={() => setWantsBetter(true)} />
      </div>
      {failure && <Notice>{failure}</Notice>}
      <NoModel choice={choice} />
      <Composer store={unnamed} ready={!!choice.model} onSend={(content) => void begin(content)} onStop={() => undefined} />
      <BetterModel open={wantsBetter} onOpenChange={setWantsBetter} />
    </Frame>
  );
}

/** Mount with `key={id}`: nothing of one conversation may show in another. */
export function ConversationPage({ id, leading }: PageProps & { id: string }) {
  const live = useChatRuntime().conversation(id);
  const { data, error, isPending, refetch } = useConversation(live);
  const choice = useModelChoice(data?.model);
  const [wantsBetter, setWantsBetter] = useState(false);
  const send = (content: string) => {
    if (!choice.model) return;
    live.setDraft("");
    void live.send(content, choice.model.id);
  };
  useTitle(data?.title ?? null);
  if (error instanceof ApiError && error.status === 404) return <Missing leading={leading} />;
  return (
    <Frame leading={leading} choice={choice} onWantBetter={() => setWantsBetter(true)}>
      <Messages live={live} model={choice.model?.id} loading={isPending} error={error} onRetry={() => void refetch()} />
      <NoModel choice={choice} />
      <ReadAloudFailure />
      <Composer store={live.store} ready={!!choice.model} onSend={send} onStop={() => live.stop()} />
      <BetterModel open={wantsBetter} onOpenChange={setWantsBetter} />
    </Frame>
  );
}

interface MessagesProps {
  live: LiveConversation;
  model: string | undefined;
  loading: boolean;
  error: Error | null;
  onRetry: () => void;
}

/** What is known is shown, even while or although it could not be read again. */
function Messages({ live, model, loading, error, onRetry }: MessagesProps) {
  const empty = useCell(live.store, (state) => state.path.length === 0);
  if (empty && loading) return <LoadingMessages />;
  return (
    <>
      <MessageList live={live} model={model} />
      {error && empty && (
        <Notice>
          {error.message} <Button onClick={onRetry}>Try again</Button>
        </Notice>
      )}
    </>
  );
}

function useConversation(live: LiveConversation) {
  const elsewhere = useCell(live.store, (state) => state.activity === "idle" && lastShown(state)?.status === "streaming");
  return useQuery({ ...conversationQuery(live), refetchInterval: elsewhere ? WATCH_INTERVAL_MS : false });
}

const headerBar = "relative z-10 flex h-14 shrink-0 items-center px-2 md:px-3";

interface FrameProps extends PageProps {
  choice: ModelChoice;
  onWantBetter: () => void;
  children: ReactNode;
}

function Frame({ leading, choice, onWantBetter, children }: FrameProps) {
  return (
    <main className="flex h-full min-w-0 flex-1 flex-col">
      <header className={`${headerBar} gap-1 after:pointer-events-none after:absolute after:inset-x-0 after:top-full after:h-4 after:bg-linear-to-b after:from-paper after:to-transparent`}>
        {leading}
        <ModelPicker choice={choice} onWantBetter={onWantBetter} />
        {choice.model && (
          <Link
            to="/talk"
            search={{ model: choice.model.id }}
            aria-label="Talk to this model"
            title="Talk to this model"
            className="focus-ring grid size-11 shrink-0 place-items-center rounded-lg text-soft max-md:order-last md:ml-auto transition-colors hover:bg-well hover:text-ink md:size-9"
          >
            <Wave />
          </Link>
        )}
      </header>
      {children}
    </main>
  );
}

function LoadingMessages() {
  return <Skeleton className="mx-auto w-full max-w-[46rem] flex-1 px-6 pt-8" widths={["45%", "92%", "86%", "60%", "38%", "90%", "72%"]} />;
}

function NoModel({ choice }: { choice: ModelChoice }) {
  return !choice.loading && !choice.model ? <Notice>No chat model is available, so nothing can be sent.</Notice> : null;
}

function Notice({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="mx-auto mb-2 flex w-[calc(100%-1.5rem)] max-w-[43.5rem] flex-wrap items-center justify-between gap-2 rounded-xl bg-brick-wash px-4 py-2.5">
      {children}
    </p>
  );
}

function Missing({ leading }: PageProps) {
  return (
    <main className="flex h-full min-w-0 flex-1 flex-col">
      <header className={headerBar}>{leading}</header>
      <div className="m-auto max-w-sm px-5 pb-24 text-center">
        <h1 className="font-serif text-2xl font-semibold">This chat is not here</h1>
        <p className="mt-2 text-soft">It was deleted, or it belongs to somebody else.</p>
        <Link to="/" className="focus-ring mt-5 inline-flex min-h-11 items-center rounded-lg bg-leaf px-4 font-medium text-on-leaf hover:bg-leaf-deep">
          Start a new chat
        </Link>
      </div>
    </main>
  );
}

function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} – Freehold` : "Freehold";
  }, [title]);
}
