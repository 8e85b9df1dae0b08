import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { ClientEvent, RealtimeListeners, ServerEvent } from "@/api/realtime";
import { toBase64 } from "@/platform/base64";
import type { MicrophoneListeners } from "@/platform/microphone";

import { phaseOf } from "./phase";
import { RELEASE_TAIL_MS, TalkSession } from "./session";

/** The three devices, each keeping what was asked of it. */
class Bench {
  sent: ClientEvent[] = [];
  frames = 0;
  closed: string[] = [];
  muted = false;
  now = 1000;
  /** Milliseconds that a player has played of each item; those with something left. */
  played: Record<string, number> = {};
  pending: string[] = [];
  microphone!: MicrophoneListeners;
  realtime!: RealtimeListeners;
  onSilence!: () => void;
  refusal: Error | null = null;

  readonly devices = {
    openMicrophone: (listeners: MicrophoneListeners) => {
      this.microphone = listeners;
      if (this.refusal) return Promise.reject(this.refusal);
      const mute = (muted: boolean) => void (this.muted = muted);
      return Promise.resolve({ level: () => 0.5, mute, close: () => void this.closed.push("microphone") });
    },
    openRealtime: (_: string, listeners: RealtimeListeners) => {
      this.realtime = listeners;
      const close = () => void this.closed.push("connection");
      return { send: (event: ClientEvent) => void this.sent.push(event), appendAudio: () => void (this.frames += 1), close };
    },
    createPlayer: (onSilence: () => void) => {
      this.onSilence = onSilence;
      return {
        add: (item: string) => (this.pending.push(item), 0.02),
        flush: () => this.pending.splice(0).map((item) => ({ item, milliseconds: this.played[item] ?? 0 })),
        playedMs: (item: string) => this.played[item] ?? 0,
        level: () => 0.25,
        wake: () => undefined,
        close: () => void this.closed.push("player"),
      };
    },
    now: () => this.now,
  };

  tell(...events: ServerEvent[]): void {
    for (const event of events) this.realtime.onEvent(event);
  }

  hear(frames: number): void {
    for (let count = 0; count < frames; count += 1) {
      this.now += 40;
      this.microphone.onFrame(new Uint8Array(1920));
    }
  }

  take(): ClientEvent[] {
    return this.sent.splice(0);
  }
}

const choice = { model: "tiny", voice: null };
const sound = (item: string): ServerEvent => ({ type: "response.output_audio.delta", item_id: item, delta: toBase64(new Uint8Array(480)) });
const started: ServerEvent = { type: "input_audio_buffer.speech_started", item_id: "u", audio_start_ms: 0 };
const created: ServerEvent = { type: "response.created", response: {} };

async function open(mode: "hands-free" | "hold"): Promise<[Bench, TalkSession]> {
  const bench = new Bench();
  const session = new TalkSession(bench.devices, mode);
  await session.start(choice);
  bench.tell({ type: "session.created" });
  bench.take();
  return [bench, session];
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first thing that is sent is what the session shall be; no sound goes before it", async () => {
  const bench = new Bench();
  const session = new TalkSession(bench.devices, "hands-free");
  await session.start({ ...choice, voice: { id: "v", model: "espeak", name: "V" } });
  bench.hear(3);
  expect(bench.frames).toBe(0);
  bench.tell({ type: "session.created" });
  bench.hear(1);
  expect(bench.frames).toBe(1);
  expect(bench.sent).toMatchObject([
    { type: "session.update", session: { audio: { input: { turn_detection: { type: "server_vad" } }, output: { voice: "v", model: "espeak" } } } },
  ]);
});

test("who speaks over an answer silences it, and the server is told how much was heard", async () => {
  const [bench, session] = await open("hands-free");
  bench.tell(created, sound("a"), sound("a"));
  expect(phaseOf(session.state.get())).toBe("speaking");
  bench.played = { a: 730 };
  bench.tell(started);
  expect(bench.take()).toMatchObject([{ type: "conversation.item.truncate", item_id: "a", content_index: 0, audio_end_ms: 730 }]);
  expect(bench.pending).toEqual([]);
  bench.tell(sound("a"));
  expect(bench.pending).toEqual([]);
  bench.tell({ type: "conversation.item.truncated", item_id: "a", audio_end_ms: 730 });
  expect(bench.take()).toEqual([{ type: "conversation.item.retrieve", item_id: "a" }]);
});

test("an answer of which all that came was heard is cut there, if more was on its way", async () => {
  const [bench] = await open("hands-free");
  bench.tell(created, sound("a"));
  bench.pending = [];
  bench.played = { a: 10 };
  bench.onSilence();
  bench.tell(started);
  expect(bench.take()).toMatchObject([{ type: "conversation.item.truncate", item_id: "a", audio_end_ms: 10 }]);
});

test("an answer that was heard to its end is not cut by what is said after it, nor by the next answer's end", async () => {
  const [bench] = await open("hands-free");
  bench.tell(created, sound("a"), { type: "response.done", response: { status: "completed" } });
  bench.pending = [];
  bench.onSilence();
  bench.tell(started, created, started);
  expect(bench.take()).toEqual([]);
});

test("Escape cancels an answer that is being made, and one that is only still heard is just cut", async () => {
  const [bench, session] = await open("hands-free");
  bench.tell(created, sound("a"));
  session.interrupt();
  expect(bench.take().map(({ type }) => type)).toEqual(["response.cancel", "conversation.item.truncate"]);
  bench.tell({ type: "response.done", response: { status: "cancelled" } }, created, sound("b"), { type: "response.done", response: {} });
  session.interrupt();
  expect(bench.take().map(({ type }) => type)).toEqual(["conversation.item.truncate"]);
});

test("held to talk, only what is said meanwhile is sent, and letting go asks for the answer", async () => {
  const [bench, session] = await open("hold");
  bench.hear(5);
  expect(bench.frames).toBe(0);
  session.hold();
  bench.hear(10);
  expect(phaseOf(session.state.get())).toBe("hearing");
  session.release();
  bench.hear(2);
  vi.advanceTimersByTime(RELEASE_TAIL_MS);
  bench.hear(5);
  expect(bench.frames).toBe(12);
  expect(bench.take().map(({ type }) => type)).toEqual(["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"]);
});

test("a tap is no turn, and pressing again at once goes on with the same one", async () => {
  const [bench, session] = await open("hold");
  session.hold();
  bench.hear(2);
  session.release();
  vi.advanceTimersByTime(RELEASE_TAIL_MS);
  expect(bench.take().map(({ type }) => type)).toEqual(["input_audio_buffer.clear", "input_audio_buffer.clear"]);
  expect(session.state.get().conversation.notice).toContain("Hold");
  session.hold();
  bench.hear(4);
  session.release();
  session.hold();
  bench.hear(4);
  session.release();
  vi.advanceTimersByTime(RELEASE_TAIL_MS);
  expect(bench.take().map(({ type }) => type)).toEqual(["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"]);
});

test("the page's own latency runs from the end of speech, on the clock of the sound", async () => {
  const [bench, session] = await open("hands-free");
  bench.hear(50);
  bench.tell(started, { type: "input_audio_buffer.speech_stopped", item_id: "u", audio_end_ms: 1500 });
  bench.now += 100;
  bench.tell(created, sound("a"));
  expect(session.state.get().conversation.entries).toMatchObject([{ id: "a", firstSoundMs: 500 + 100 + 20 }]);
});

test("leaving frees everything, and whoever was still being asked for the microphone gets it back at once", async () => {
  const [bench, session] = await open("hands-free");
  session.end();
  expect(bench.closed.sort()).toEqual(["connection", "microphone", "player"]);
  expect(phaseOf(session.state.get())).toBe("ended");
  const other = new Bench();
  const hasty = new TalkSession(other.devices, "hands-free");
  const starting = hasty.start(choice);
  hasty.end();
  await starting;
  expect(other.closed.sort()).toEqual(["microphone", "player"]);
});

test("a lost connection says so, keeps what was said, and the next one tells it to the model", async () => {
  const [bench, session] = await open("hands-free");
  bench.tell({ type: "conversation.item.input_audio_transcription.completed", item_id: "u", transcript: "my name is Ann" });
  bench.realtime.onEnd({ how: "lost", message: "The connection to Freehold was lost." });
  expect(session.state.get()).toMatchObject({ link: "ended", problem: "The connection to Freehold was lost." });
  expect(bench.closed).toContain("microphone");
  await session.start(choice);
  bench.tell({ type: "session.created" });
  expect(bench.take()[1]).toMatchObject({ type: "conversation.item.create", item: { role: "user", content: [{ text: "my name is Ann" }] } });
});

test("settings that are refused end it, a late interruption is nobody's mistake, and another error is shown", async () => {
  const [bench, session] = await open("hands-free");
  bench.tell({ type: "error", error: { message: "No active response.", event_id: "late" } });
  expect(session.state.get().conversation.notice).toBeNull();
  bench.tell({ type: "error", error: { message: "The voice is away." } });
  expect(session.state.get().conversation.notice).toBe("The voice is away.");
  bench.tell({ type: "error", error: { message: "There is no voice 'x'.", event_id: "setup" } });
  expect(session.state.get()).toMatchObject({ link: "ended", problem: "There is no voice 'x'." });
});

test("without a microphone it says why, and nobody is connected", async () => {
  const bench = new Bench();
  bench.refusal = new DOMException("no", "NotAllowedError");
  const session = new TalkSession(bench.devices, "hands-free");
  await session.start(choice);
  expect(session.state.get().problem).toContain("address bar");
  expect(bench.closed).toEqual(["player"]);
});

test("muted, silence goes on to be sent; held to talk, being muted means nothing", async () => {
  const [bench, session] = await open("hands-free");
  session.setMuted(true);
  expect(bench.muted).toBe(true);
  bench.hear(1);
  expect(bench.frames).toBe(1);
  session.setMode("hold");
  expect(bench.muted).toBe(false);
  expect(bench.take().map(({ type }) => type)).toEqual(["session.update", "input_audio_buffer.clear"]);
});
