import { useEffect } from "react";

import { reachable } from "@/api/http";
import { readSession } from "@/api/session";
import { useCell } from "@/platform/use-cell";
import { Warning } from "@/ui/icons";

const PROBE_INTERVAL_MS = 3000;

/**
 * Shown while the server does not answer. The browser's own "offline" is only a hint to look:
 * a server on this machine answers without any network.
 */
export function ConnectionBanner({ onReturn }: { onReturn: () => void }) {
  const connected = useCell(reachable, (value) => value);
  useEffect(() => {
    addEventListener("offline", probe);
    addEventListener("online", probe);
    return () => {
      removeEventListener("offline", probe);
      removeEventListener("online", probe);
    };
  }, []);
  useEffect(() => {
    if (connected) return;
    const timer = setInterval(probe, PROBE_INTERVAL_MS);
    return () => {
      clearInterval(timer);
      onReturn();
    };
  }, [connected, onReturn]);
  return (
    <div role="status">
      {!connected && (
        <p className="flex items-center justify-center gap-2 bg-brick-wash px-4 py-2 text-sm">
          <Warning className="size-4 text-brick" /> Freehold cannot be reached. Trying again…
        </p>
      )}
    </div>
  );
}

/** Any answer counts, a refusal too; `reachable` hears of it from the request itself. */
function probe(): void {
  readSession().catch(() => undefined);
}
