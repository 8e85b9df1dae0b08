import type { Model } from "@/api/types";
import { Button } from "@/ui/button";
import { ArrowUp } from "@/ui/icons";
import { Mark } from "@/ui/mark";

const EXAMPLES = ["Who are you?", "What is Freehold?", "What does the word “harbour” mean?"];

const WORDS_PER_TOKEN = 0.75;

interface EmptyStateProps {
  model: Model | undefined;
  onAsk: (question: string) => void;
  onWantBetter: () => void;
}

/** The first screen: who will answer, how far to trust it, and three ways to begin. */
export function EmptyState({ model, onAsk, onWantBetter }: EmptyStateProps) {
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[40rem] flex-col justify-center px-5 py-10">
      <Mark className="size-9" />
      <h1 className="mt-5 font-serif text-[clamp(1.75rem,5vw,2.25rem)] font-medium leading-[1.15] tracking-[-0.015em]">What shall we talk about?</h1>
      {model?.freehold?.builtin ? <AboutBuiltin model={model} onWantBetter={onWantBetter} /> : <About model={model} onWantBetter={onWantBetter} />}
      <h2 className="mt-8 text-sm font-medium text-soft">Try one of these</h2>
      <ul className="mt-2 divide-y divide-edge border-y border-edge">
        {EXAMPLES.map((question) => (
          <li key={question}>
            <button
              type="button"
              disabled={!model}
              onClick={() => onAsk(question)}
              className="focus-ring group flex min-h-12 w-full items-center justify-between gap-4 rounded-sm py-2.5 text-left transition-colors hover:not-disabled:text-leaf disabled:opacity-45"
            >
              {question} <ArrowUp className="size-4 rotate-45 text-soft transition-colors group-hover:text-leaf" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function AboutBuiltin({ model, onWantBetter }: { model: Model; onWantBetter: () => void }) {
  const words = Math.round(((model.freehold?.context_length ?? 1024) * WORDS_PER_TOKEN) / 50) * 50;
  return (
    <div className="mt-4 space-y-3 leading-relaxed text-soft">
      <p>
        Answers come from <strong className="font-medium text-ink">{model.id}</strong>, the small built-in starter model that runs on this server and needs
        no internet.
      </p>
      <p>
        <strong className="font-medium text-ink">It can</strong> hold a short chat, explain common words, make simple lists and say what Freehold is.{" "}
        <strong className="font-medium text-ink">It cannot</strong> reason, write code or be trusted with facts, and it remembers only about the last{" "}
        {words.toLocaleString("en")} words.
      </p>
      <Button onClick={onWantBetter} className="text-ink">
        Use a better model
      </Button>
    </div>
  );
}

function About({ model, onWantBetter }: { model: Model | undefined; onWantBetter: () => void }) {
  if (!model) return null;
  return (
    <p className="mt-4 leading-relaxed text-soft">
      Answers come from <strong className="font-medium text-ink">{model.id}</strong>.{" "}
      <button type="button" onClick={onWantBetter} className="focus-ring rounded-sm underline underline-offset-4 hover:text-ink">
        Add another model
      </button>
    </p>
  );
}
