import { useEffect } from "react";

import type { TalkSession } from "./session";

/** What a key already does something in. */
const OWN_KEYS = "input:not([type=radio]), textarea, select, [contenteditable], [role=dialog], [role=menu]";
const PRESSED_BY_SPACE = "a, button, [role=button]";
/** On the button to hold, which Space shall hold. */
export const HOLDS = "data-holds";

/** Space held talks, Escape stops the answer, M mutes. Letting go counts wherever the window's focus has gone. */
export function useKeys(session: TalkSession): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest(OWN_KEYS)) return;
      if (event.key === "Escape") session.interrupt();
      else if (event.key.toLowerCase() === "m" && !event.repeat) toggleMute(session);
      else if (event.key === " ") pressSpace(session, event, target);
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key === " ") session.release();
    };
    const onBlur = () => session.release();
    addEventListener("keydown", onKeyDown);
    addEventListener("keyup", onKeyUp);
    addEventListener("blur", onBlur);
    return () => {
      removeEventListener("keydown", onKeyDown);
      removeEventListener("keyup", onKeyUp);
      removeEventListener("blur", onBlur);
    };
  }, [session]);
}

function toggleMute(session: TalkSession): void {
  const { mode, muted } = session.state.get();
  if (mode === "hands-free") session.setMuted(!muted);
}

function pressSpace(session: TalkSession, event: KeyboardEvent, target: Element): void {
  const { link, mode } = session.state.get();
  if (link !== "open" || mode !== "hold") return;
  const control = target.closest(PRESSED_BY_SPACE);
  if (control && !control.hasAttribute(HOLDS)) return;
  event.preventDefault();
  if (!event.repeat) session.hold();
}
