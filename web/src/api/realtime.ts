/**
 * A spoken conversation over WS /v1/realtime, in the events of OpenAI's Realtime API (openai 3.52.0, `types/realtime`).
 * Knows the connection and the events' shapes; what they mean to a page is not its business.
 */
import { toBase64 } from "@/platform/base64";

import { ApiError, request } from "./http";

export interface Part {
  type: string;
  text?: string | null;
  transcript?: string | null;
}

export interface Item {
  id?: string | null;
  type: string;
  role?: "user" | "assistant" | "system";
  content?: Part[];
}

/** Milliseconds of one turn's stages, beyond OpenAI's. A stage that there was not is missing. */
export type Timings = Partial<
  Record<"words_ms" | "hearing_ms" | "silence_ms" | "thinking_ms" | "speaking_ms" | "sound_ms" | "own_ms", number>
>;

export interface Response {
  id?: string;
  status?: "in_progress" | "completed" | "cancelled" | "failed" | "incomplete";
  status_details?: { reason?: string | null; error?: { message?: string | null } | null } | null;
  output?: Item[];
  freehold?: { timings?: Timings } | null;
}

export interface Problem {
  message: string;
  code?: string | null;
  event_id?: string | null;
}

interface OfItem {
  item_id: string;
}

/** Those that a page has a use for; the server sends others besides. */
export type ServerEvent =
  | { type: "session.created" | "session.updated" | "input_audio_buffer.cleared" }
  | { type: "error"; error: Problem }
  | ({ type: "input_audio_buffer.speech_started"; audio_start_ms: number } & OfItem)
  | ({ type: "input_audio_buffer.speech_stopped"; audio_end_ms: number } & OfItem)
  | ({ type: "input_audio_buffer.committed"; previous_item_id?: string | null } & OfItem)
  | { type: "conversation.item.added" | "conversation.item.done"; item: Item; previous_item_id?: string | null }
  | { type: "conversation.item.retrieved"; item: Item }
  | ({ type: "conversation.item.truncated"; audio_end_ms: number } & OfItem)
  | ({ type: "conversation.item.deleted" } & OfItem)
  | ({ type: "conversation.item.input_audio_transcription.delta"; delta?: string | null } & OfItem)
  | ({ type: "conversation.item.input_audio_transcription.completed"; transcript: string } & OfItem)
  | ({ type: "conversation.item.input_audio_transcription.failed"; error: Problem } & OfItem)
  | { type: "response.created" | "response.done"; response: Response }
  | { type: "response.output_item.added"; item: Item }
  | ({ type: "response.output_audio_transcript.delta" | "response.output_text.delta"; delta: string } & OfItem)
  | ({ type: "response.output_audio_transcript.done"; transcript: string } & OfItem)
  | ({ type: "response.output_text.done"; text: string } & OfItem)
  | ({ type: "response.output_audio.delta"; delta: string } & OfItem);

export type TurnDetection = { type: "server_vad"; silence_duration_ms?: number } | null;

export interface SessionWish {
  type: "realtime";
  output_modalities?: ["audio"];
  audio?: {
    input?: { format?: Format; transcription?: { language?: string }; turn_detection?: TurnDetection };
    /** `model` is beyond OpenAI's: the model that speaks. */
    output?: { format?: Format; voice?: string; model?: string };
  };
}

interface Format {
  type: "audio/pcm";
  rate: 24_000;
}

export const PCM_24KHZ: Format = { type: "audio/pcm", rate: 24_000 };

/** `event_id` comes back in the `error` that an event causes. */
export type ClientEvent = { event_id?: string } & (
  | { type: "session.update"; session: SessionWish }
  | { type: "input_audio_buffer.commit" | "input_audio_buffer.clear" | "response.create" | "response.cancel" }
  | { type: "conversation.item.create"; item: Item }
  | { type: "conversation.item.retrieve"; item_id: string }
  | { type: "conversation.item.truncate"; item_id: string; content_index: number; audio_end_ms: number }
);

export interface Ending {
  /** By this page, by the server in order, by the server before it began, or by nobody. */
  how: "left" | "closed" | "refused" | "lost";
  /** In words, for whoever talked. Empty where this page ended it. */
  message: string;
}

export interface RealtimeListeners {
  onEvent: (event: ServerEvent) => void;
  /** Once, and nothing after it. */
  onEnd: (ending: Ending) => void;
}

export interface Realtime {
  send: (event: ClientEvent) => void;
  /** 24,000 samples a second, 16 bit. */
  appendAudio: (pcm: Uint8Array) => void;
  close: () => void;
}

const OPENING_MS = 30_000;
/** Some ten seconds of voice that the connection did not take. */
const MAX_WAITING_BYTES = 640_000;
const NORMAL = 1000;

/** Begins to connect. What is sent before `session.created` came is lost. */
export function openRealtime(model: string, { onEvent, onEnd }: RealtimeListeners): Realtime {
  const socket = new WebSocket(addressOf(model));
  let created = false;
  let ended = false;
  let lastProblem: string | null = null;
  const end = (ending: Ending) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    socket.close(NORMAL);
    onEnd(ending);
  };
  const timer = setTimeout(() => end({ how: "refused", message: "The server does not answer. Try again." }), OPENING_MS);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    const event = typeof data === "string" ? readEvent(data) : null;
    if (!event || ended) return;
    if (event.type === "session.created") {
      created = true;
      clearTimeout(timer);
    }
    if (event.type === "error") lastProblem = event.error.message;
    onEvent(event);
  };
  socket.onclose = async (closed) => {
    if (ended) return;
    if (created || lastProblem) end(endingOf(closed, lastProblem));
    else end({ how: "refused", message: await whyRefused(model) });
  };
  const write = (event: object) => {
    if (!ended && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(event));
  };
  return {
    send: write,
    appendAudio(pcm) {
      if (socket.bufferedAmount > MAX_WAITING_BYTES) end({ how: "lost", message: "The connection is too slow to carry a voice." });
      else write({ type: "input_audio_buffer.append", audio: toBase64(pcm) });
    },
    close: () => end({ how: "left", message: "" }),
  };
}

function addressOf(model: string): string {
  const url = new URL(`/v1/realtime?${new URLSearchParams({ model }).toString()}`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** Null for what is no event. */
function readEvent(text: string): ServerEvent | null {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === "object" && event !== null && "type" in event ? (event as ServerEvent) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function endingOf({ code, reason }: CloseEvent, lastProblem: string | null): Ending {
  if (code === NORMAL) return { how: "closed", message: reason || lastProblem || "The server ended the conversation." };
  return { how: "lost", message: lastProblem ?? (reason || "The connection to Freehold was lost.") };
}

/** A browser does not tell how an upgrade was refused, but the same address says it to an ordinary request. */
async function whyRefused(model: string): Promise<string> {
  try {
    await request("GET", `/v1/realtime?${new URLSearchParams({ model }).toString()}`);
  } catch (error) {
    // It would be let in, only not as an ordinary request.
    const wouldBeLetIn = error instanceof ApiError && error.status === 400 && error.param === null;
    if (error instanceof ApiError && !wouldBeLetIn) return error.message;
  }
  return "The conversation could not be opened. Try again; the server's log says more.";
}
