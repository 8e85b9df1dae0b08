import { Button } from "@/ui/button";
import { Wordmark } from "@/ui/mark";

/** Shown in place of a page that could not be opened. */
export function Problem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <main className="m-auto max-w-sm px-5 text-center" role="alert">
      <span className="inline-block">
        <Wordmark />
      </span>
      <h1 className="mt-8 font-serif text-2xl font-semibold">This page could not be opened</h1>
      <p className="mt-2 text-soft">{error.message}</p>
      <Button look="solid" className="mt-5" onClick={onRetry}>
        Try again
      </Button>
    </main>
  );
}
