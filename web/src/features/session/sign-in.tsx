import { useMutation } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";

import { signIn } from "@/api/session";
import type { Session } from "@/api/types";
import { Button } from "@/ui/button";
import { Wordmark } from "@/ui/mark";

/** Asks for a key once. The key lives in this form's state and nowhere else. */
export function SignIn({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const [key, setKey] = useState("");
  const exchange = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() && !exchange.isPending) exchange.mutate(key.trim());
  };
  return (
    <main className="grid h-(--viewport-height) place-items-center overflow-y-auto px-5 py-10">
      <div className="w-full max-w-[25rem]">
        <Wordmark />
        <h1 className="mt-10 font-serif text-[32px] font-medium leading-[1.15] tracking-[-0.015em]">Come in.</h1>
        <p className="mt-2 text-soft">This server is yours. Sign in with its key.</p>
        <form onSubmit={submit} className="mt-7" noValidate>
          <label htmlFor={id} className="text-sm font-medium">
            Key
          </label>
          <input
            id={id}
            type="password"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            autoFocus
            autoComplete="current-password"
            spellCheck={false}
            placeholder="fh-…"
            aria-invalid={exchange.isError}
            aria-describedby={`${id}-where ${id}-error`}
            className="focus-ring mt-1.5 h-12 w-full rounded-lg border border-edge-strong bg-sheet px-3.5 font-mono text-base placeholder:text-soft"
          />
          <p id={`${id}-error`} role="alert" className="mt-2 text-[15px] text-brick empty:hidden">
            {exchange.error?.message}
          </p>
          <Button look="solid" type="submit" disabled={!key.trim() || exchange.isPending} className="mt-4 h-12 w-full !text-base">
            {exchange.isPending ? "Signing in…" : "Sign in"}
          </Button>
        </form>
        <p id={`${id}-where`} className="mt-7 border-t border-edge pt-5 text-[15px] leading-relaxed text-soft">
          The key was printed once when the server first started; <Command>freehold keys create</Command> makes another.
        </p>
      </div>
    </main>
  );
}

function Command({ children }: { children: string }) {
  return <code className="whitespace-nowrap rounded bg-well px-1.5 py-0.5 font-mono text-[13px] text-ink">{children}</code>;
}
