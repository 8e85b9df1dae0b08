import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";

import { ApiError } from "@/api/http";
import { Button } from "@/ui/button";
import { Warning } from "@/ui/icons";

const TITLE = "Rollouts";

export const linkButton =
  "focus-ring inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-4 text-[15px] transition-colors md:min-h-9 md:text-sm ";
export const solidLink = `${linkButton} bg-leaf font-medium text-on-leaf hover:bg-leaf-deep`;
export const outlineLink = `${linkButton} border border-edge bg-sheet hover:border-edge-strong`;

interface FrameProps {
  /** Placed by the app at the start of the header. */
  leading: ReactNode;
  /** Of this page, below the list of rollouts; the list itself has none. */
  title?: string;
  children: ReactNode;
}

/** The header with the way back to the list, and the page below it. */
export function Frame({ leading, title, children }: FrameProps) {
  useEffect(() => {
    document.title = `${title ?? TITLE} – Freehold`;
  }, [title]);
  return (
    <main className="flex h-full min-w-0 flex-1 flex-col">
      <header className="relative z-10 flex h-14 shrink-0 items-center gap-1 border-b border-edge px-2 md:px-3">
        {leading}
        <nav aria-label="Breadcrumb" className="min-w-0 px-2 text-[15px] md:text-sm">
          <ol className="flex min-w-0 items-center gap-2">
            <li>
              {title === undefined ? (
                <span aria-current="page" className="font-medium">
                  {TITLE}
                </span>
              ) : (
                <Link to="/rollouts" className="focus-ring rounded-sm text-soft underline-offset-4 hover:text-ink hover:underline">
                  {TITLE}
                </Link>
              )}
            </li>
            {title !== undefined && (
              <li aria-current="page" className="min-w-0 truncate font-medium before:mr-2 before:text-soft before:content-['/']">
                {title}
              </li>
            )}
          </ol>
        </nav>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-[64rem] px-4 pb-16 pt-6 md:px-8">{children}</div>
      </div>
    </main>
  );
}

export function Heading({ children }: { children: ReactNode }) {
  return <h1 className="min-w-0 font-serif text-[28px] font-medium leading-tight tracking-[-0.01em] [overflow-wrap:anywhere]">{children}</h1>;
}

/** Why a page or a part of it has nothing to show. */
export function Refused({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const status = error instanceof ApiError ? error.status : null;
  if (status === 403) return <Notice>Rollouts are for administrators, and you are signed in as a member.</Notice>;
  if (status === 404) return <Notice>{error.message}</Notice>;
  return (
    <Notice>
      {error.message} <Button onClick={onRetry}>Try again</Button>
    </Notice>
  );
}

export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="my-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl bg-brick-wash px-4 py-2.5">
      <Warning className="size-4 text-brick" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-2 [overflow-wrap:anywhere]">{children}</div>
    </div>
  );
}
