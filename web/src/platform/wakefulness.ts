import { useEffect } from "react";

/** Keeps the screen on while `wanted`, where the browser can; a page that was hidden asks again when it is seen. */
export function useWakefulness(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      // Refused on a low battery; the conversation goes on all the same.
      const got = await navigator.wakeLock.request("screen").catch(() => null);
      if (over) void got?.release();
      else lock = got;
    };
    const onVisibility = () => void ask();
    document.addEventListener("visibilitychange", onVisibility);
    void ask();
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", onVisibility);
      void lock?.release();
    };
  }, [wanted]);
}
