/** Collects calls and runs `flush` once per animation frame; a hidden page has no frames, so a timer stands in. */

export interface FrameBatch {
  request(): void;
  flushNow(): void;
}

const HIDDEN_PAGE_INTERVAL_MS = 250;

export function createFrameBatch(flush: () => void): FrameBatch {
  let cancel: (() => void) | null = null;
  const run = () => {
    cancel = null;
    flush();
  };
  return {
    request() {
      cancel ??= schedule(run);
    },
    flushNow() {
      cancel?.();
      run();
    },
  };
}

function schedule(run: () => void): () => void {
  if (typeof requestAnimationFrame === "undefined" || document.hidden) {
    const timer = setTimeout(run, HIDDEN_PAGE_INTERVAL_MS);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}
