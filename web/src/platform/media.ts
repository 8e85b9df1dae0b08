import { useSyncExternalStore } from "react";

export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** True where typing happens on a screen: Enter then makes a new line, and focus is not taken unasked. */
export function hasTouchKeyboard(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/** Keeps `--viewport-height` equal to what the on-screen keyboard leaves visible. */
export function trackVisibleHeight(): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const update = () => {
    // A pinch zoom shrinks the visual viewport too, but must not squeeze the layout.
    if (viewport.scale > 1.01) return;
    document.documentElement.style.setProperty("--viewport-height", `${viewport.height}px`);
  };
  viewport.addEventListener("resize", update);
  update();
}
