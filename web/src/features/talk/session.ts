/**
 * One spoken conversation: microphone, connection and loudspeaker put together. Knows no framework. What was said stays
 * when the connection ends, and is told to the model again by the next one.
 */
import type { ClientEvent, Ending, Realtime, RealtimeListeners, ServerEvent } from "@/api/realtime";
import { fromBase64 } from "@/platform/base64";
import { createCell, type Cell } from "@/platform/cell";
import { createFrameBatch } from "@/platform/frame";
import { FRAME_MS, microphoneRefusal, type Microphone, type MicrophoneListeners } from "@/platform/microphone";
import { fromPcm16, type PcmPlayer } from "@/platform/pcm-player";

import { emptyConversation, remembered, take, type TalkEvent } from "./conversation";
import { isUnderWay, type Mode, type Standing } from "./phase";
import { setUp, turnDetection, type Choice } from "./wish";

export interface TalkState extends Standing {
  /** Why it ended, or could not begin. */
  problem: string | null;
}

/** What it is made of. */
export interface Devices {
  openMicrophone: (listeners: MicrophoneListeners) => Promise<Microphone>;
  openRealtime: (model: string, listeners: RealtimeListeners) => Realtime;
  createPlayer: (onSilence: () => void) => Pick<PcmPlayer, "add" | "flush" | "playedMs" | "level" | "wake" | "close">;
  now: () => number;
}

/** Who lets go of the button has often not quite finished. */
export const RELEASE_TAIL_MS = 120;
/** Less than this is no speech, and the server refuses it. */
const LEAST_HELD_MS = 200;
const SETUP_ID = "setup";
/** Marks events that may come too late, which is nobody's mistake. */
const LATE_ID = "late";

const IDLE: TalkState = { link: "none", mode: "hands-free", muted: false, conversation: emptyConversation, problem: null };

export class TalkSession {
  readonly state: Cell<TalkState>;
  #player: ReturnType<Devices["createPlayer"]> | null = null;
  #microphone: Microphone | null = null;
  #realtime: Realtime | null = null;
  /** Grows with every start and end: who waited finds out that it is not its turn any more. */
  #generation = 0;
  #holding = false;
  #releasing: ReturnType<typeof setTimeout> | undefined;
  #heldMs = 0;
  /** Sound sent in this session, and when the last of it came: the server's clock on this page's. */
  #sentMs = 0;
  #sentAt = 0;
  #speechEndedAt: number | null = null;
  /** The item of the present answer whose sound came last, and items whose sound is not wanted any more. */
  #sounding: string | null = null;
  readonly #silenced = new Set<string>();
  readonly #untaken: TalkEvent[] = [];
  readonly #frame = createFrameBatch(() => this.#takeAll());

  constructor(
    private readonly devices: Devices,
    mode: Mode,
  ) {
    this.state = createCell({ ...IDLE, mode });
  }

  /** To be called by a gesture of the person's. Says itself, in the state, what went wrong. */
  async start(choice: Choice): Promise<void> {
    if (this.#isUnderWay) return;
    const generation = (this.#generation += 1);
    this.#player = this.devices.createPlayer(() => this.#take({ type: "talk.silent" }));
    this.#player.wake();
    this.#change({ link: "asking", muted: false, problem: null });
    try {
      const microphone = await this.devices.openMicrophone({
        onFrame: (pcm) => this.#hear(pcm),
        onGone: () => this.#end("The microphone was taken away."),
      });
      if (generation !== this.#generation) return microphone.close();
      this.#microphone = microphone;
    } catch (error) {
      if (generation === this.#generation) this.#end(microphoneRefusal(error));
      return;
    }
    this.#connect(choice);
  }

  /** The microphone is free, and nothing is heard any more. What was said stays. */
  end(): void {
    if (this.#isUnderWay) this.#end(null);
  }

  /** What was said is forgotten, too. */
  forget(): void {
    this.end();
    this.#change({ link: "none", conversation: emptyConversation, problem: null });
  }

  setMode(mode: Mode): void {
    if (mode === this.state.get().mode) return;
    this.#letGo();
    this.#change({ mode });
    if (this.#isOpen) this.#send({ type: "session.update", session: turnDetection(mode) });
    if (this.#isOpen && mode === "hold") this.#send({ type: "input_audio_buffer.clear" });
    this.#applyMute();
  }

  setMuted(muted: boolean): void {
    if (!this.#isOpen) return;
    this.#change({ muted });
    this.#applyMute();
  }

  /** The button goes down: what the person says from here on counts, and an answer stops. */
  hold(): void {
    if (!this.#isOpen || this.state.get().mode !== "hold" || this.#holding) return;
    this.#holding = true;
    if (this.#releasing !== undefined) {
      clearTimeout(this.#releasing);
      this.#releasing = undefined;
    } else {
      this.interrupt();
      this.#heldMs = 0;
      this.#send({ type: "input_audio_buffer.clear" });
    }
    this.#take({ type: "talk.speaking", speaks: true });
  }

  /** The button goes up: that was all, answer. */
  release(): void {
    if (!this.#holding) return;
    this.#holding = false;
    this.#speechEndedAt = this.devices.now();
    this.#releasing = setTimeout(() => this.#finishTurn(), RELEASE_TAIL_MS);
  }

  /** Silence at once; the server is told how much was heard. */
  interrupt(): void {
    if (!this.#isOpen) return;
    const { conversation } = this.state.get();
    if (conversation.responding) this.#send({ type: "response.cancel", event_id: LATE_ID });
    this.#silence();
  }

  /** Of whoever sounds just now, between 0 and 1. */
  level(): number {
    const { conversation, mode, muted } = this.state.get();
    if (conversation.playing !== null && !conversation.personSpeaks) return this.#player?.level() ?? 0;
    const listens = mode === "hold" ? this.#holding : !muted;
    return listens ? (this.#microphone?.level() ?? 0) : 0;
  }

  get #isUnderWay(): boolean {
    return isUnderWay(this.state.get());
  }

  get #isOpen(): boolean {
    return this.state.get().link === "open";
  }

  #connect(choice: Choice): void {
    this.#change({ link: "connecting" });
    this.#sentMs = 0;
    this.#realtime = this.devices.openRealtime(choice.model, {
      onEvent: (event) => (event.type === "session.created" ? this.#open(choice) : this.#react(event)),
      onEnd: (ending) => this.#lose(ending),
    });
  }

  #open(choice: Choice): void {
    const { mode, conversation } = this.state.get();
    this.#send({ type: "session.update", session: setUp(choice, mode), event_id: SETUP_ID });
    for (const item of remembered(conversation.entries)) this.#send({ type: "conversation.item.create", item });
    this.#change({ link: "open" });
    this.#applyMute();
  }

  #react(event: ServerEvent): void {
    if (event.type === "error") return this.#fail(event.error);
    if (event.type === "input_audio_buffer.speech_started") this.#silence();
    if (event.type === "input_audio_buffer.speech_stopped") this.#speechEndedAt = this.#sentAt - (this.#sentMs - event.audio_end_ms);
    if (event.type === "response.created") this.#sounding = null;
    if (event.type === "response.output_audio.delta") return this.#play(event.item_id, event.delta);
    if (event.type === "conversation.item.truncated") this.#send({ type: "conversation.item.retrieve", item_id: event.item_id });
    this.#take(event);
  }

  #fail(problem: Extract<ServerEvent, { type: "error" }>["error"]): void {
    if (problem.event_id === LATE_ID) return;
    if (problem.event_id === SETUP_ID) return this.#end(problem.message);
    this.#take({ type: "talk.notice", message: problem.message });
  }

  #play(item: string, delta: string): void {
    if (this.#silenced.has(item) || !this.#player) return;
    const wait = this.#player.add(item, fromPcm16(fromBase64(delta)));
    if (this.#sounding === item && this.state.get().conversation.playing === item) return;
    const endedAt = this.#sounding === item ? null : this.#speechEndedAt;
    if (endedAt !== null) this.#speechEndedAt = null;
    const firstSoundMs = endedAt === null ? null : Math.round(this.devices.now() + wait * 1000 - endedAt);
    this.#sounding = item;
    this.#take({ type: "talk.playing", item_id: item, firstSoundMs });
  }

  #silence(): void {
    const player = this.#player;
    if (!player) return;
    const { responding } = this.state.get().conversation;
    const current = this.#sounding === null ? null : { item: this.#sounding, milliseconds: player.playedMs(this.#sounding) };
    const stopped = player.flush();
    // All that came was heard, but more was on its way.
    if (current && responding && !stopped.some(({ item }) => item === current.item)) stopped.push(current);
    for (const { item, milliseconds } of stopped) {
      if (this.#silenced.has(item)) continue;
      this.#silenced.add(item);
      this.#send({ type: "conversation.item.truncate", item_id: item, content_index: 0, audio_end_ms: milliseconds, event_id: LATE_ID });
    }
    this.#sounding = null;
    this.#take({ type: "talk.silent" });
  }

  #hear(pcm: Uint8Array): void {
    if (!this.#isOpen) return;
    if (this.state.get().mode === "hold") {
      if (!this.#holding && this.#releasing === undefined) return;
      this.#heldMs += FRAME_MS;
    }
    this.#sentMs += FRAME_MS;
    this.#sentAt = this.devices.now();
    this.#realtime?.appendAudio(pcm);
  }

  #finishTurn(): void {
    this.#releasing = undefined;
    this.#take({ type: "talk.speaking", speaks: false });
    if (this.#heldMs < LEAST_HELD_MS) {
      this.#send({ type: "input_audio_buffer.clear" });
      this.#take({ type: "talk.notice", message: "Hold the button for as long as you speak." });
      return;
    }
    this.#send({ type: "input_audio_buffer.commit" });
    this.#send({ type: "response.create" });
  }

  #letGo(): void {
    clearTimeout(this.#releasing);
    this.#releasing = undefined;
    this.#holding = false;
    if (this.state.get().conversation.personSpeaks) this.#take({ type: "talk.speaking", speaks: false });
  }

  #applyMute(): void {
    const { mode, muted } = this.state.get();
    this.#microphone?.mute(mode === "hands-free" && muted);
  }

  #lose({ how, message }: Ending): void {
    if (how !== "left") this.#end(message);
  }

  #end(problem: string | null): void {
    this.#generation += 1;
    this.#letGo();
    const [realtime, microphone, player] = [this.#realtime, this.#microphone, this.#player];
    this.#realtime = this.#microphone = this.#player = null;
    this.#sounding = this.#speechEndedAt = null;
    this.#silenced.clear();
    realtime?.close();
    microphone?.close();
    player?.close();
    this.#take({ type: "talk.disconnected" });
    this.#change({ link: "ended", muted: false, problem });
  }

  #send(event: ClientEvent): void {
    this.#realtime?.send(event);
  }

  /** Text comes in more pieces than a screen shows frames; whatever else happens, happens after it. */
  #take(event: TalkEvent): void {
    this.#untaken.push(event);
    if (event.type.endsWith(".delta")) this.#frame.request();
    else this.#frame.flushNow();
  }

  #takeAll(): void {
    const events = this.#untaken.splice(0);
    if (events.length > 0) this.state.update((state) => ({ ...state, conversation: events.reduce(take, state.conversation) }));
  }

  #change(fields: Partial<TalkState>): void {
    this.state.update((state) => ({ ...state, ...fields }));
  }
}

