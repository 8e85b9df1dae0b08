/** What a session is asked for: who thinks, who speaks, and whose turn it is. */
import { PCM_24KHZ, type SessionWish } from "@/api/realtime";

import type { Mode } from "./phase";

/** A voice of a speech model; null leaves both to the server. */
export interface Choice {
  model: string;
  voice: { id: string; model: string; name: string } | null;
}

/** Hands-free, silence ends a turn and a voice interrupts; else it ends where the person says so. */
export function turnDetection(mode: Mode): SessionWish {
  const detection = mode === "hold" ? null : ({ type: "server_vad", silence_duration_ms: 500 } as const);
  return { type: "realtime", audio: { input: { turn_detection: detection } } };
}

export function setUp({ voice }: Choice, mode: Mode): SessionWish {
  const input = { format: PCM_24KHZ, transcription: {}, ...turnDetection(mode).audio?.input };
  const output = { format: PCM_24KHZ, ...(voice && { voice: voice.id, model: voice.model }) };
  return { type: "realtime", output_modalities: ["audio"], audio: { input, output } };
}
