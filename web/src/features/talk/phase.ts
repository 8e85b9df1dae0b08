/** In one word, where a conversation stands; from that follow the words and the colours. */
import type { Conversation } from "./conversation";

export type Mode = "hands-free" | "hold";

export type Link = "none" | "asking" | "connecting" | "open" | "ended";

export type Phase = "none" | "asking" | "connecting" | "listening" | "waiting" | "hearing" | "thinking" | "speaking" | "muted" | "ended";

export interface Standing {
  link: Link;
  mode: Mode;
  muted: boolean;
  conversation: Conversation;
}

export function phaseOf({ link, mode, muted, conversation }: Standing): Phase {
  if (link !== "open") return link;
  const { personSpeaks, playing, responding, awaiting } = conversation;
  if (personSpeaks) return "hearing";
  if (playing !== null) return "speaking";
  if (responding || awaiting) return "thinking";
  if (mode === "hold") return "waiting";
  return muted ? "muted" : "listening";
}

/** From being asked for the microphone until it is free again. */
export function isUnderWay({ link }: Pick<Standing, "link">): boolean {
  return link === "asking" || link === "connecting" || link === "open";
}

/** Whether there is an answer to stop. */
export function isAnswering({ playing, responding }: Conversation): boolean {
  return playing !== null || responding;
}

export const phaseWords: Record<Phase, string> = {
  none: "Start when you are ready",
  asking: "Allow the microphone",
  connecting: "Connecting",
  listening: "Listening",
  waiting: "Hold to talk",
  hearing: "You speak",
  thinking: "Thinking",
  speaking: "Speaking",
  muted: "Muted",
  ended: "Ended",
};
