/** The microphone as a stream of frames: 24,000 samples a second, 16 bit, one channel, 40 ms each. */
import captureUrl from "./capture.worklet?worker&url";
import { loudness } from "./level";

export const FRAME_MS = 40;

export interface Microphone {
  /** Of the latest frame, between 0 and 1. */
  level: () => number;
  /** Muted, it goes on with silence. */
  mute: (muted: boolean) => void;
  /** The microphone is free again. */
  close: () => void;
}

export interface MicrophoneListeners {
  onFrame: (pcm: Uint8Array) => void;
  /** It was unplugged, or taken away in the browser. */
  onGone: () => void;
}

/** False on a page without TLS, where browsers hide the microphone. */
export function hasMicrophones(): boolean {
  // The types promise a list of devices that an insecure page does not have.
  return (navigator.mediaDevices as MediaDevices | undefined) !== undefined && typeof AudioWorkletNode !== "undefined";
}

/** Asks for it. Rejects with the browser's error, which `microphoneRefusal` puts into words. */
export async function openMicrophone({ onFrame, onGone }: MicrophoneListeners): Promise<Microphone> {
  const wanted = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
  const tracks = stream.getTracks();
  // At the device's own rate: not every browser connects a microphone to a context of another.
  const context = new AudioContext();
  const close = () => {
    for (const track of tracks) track.stop();
    void context.close().catch(() => undefined);
  };
  let level = 0;
  try {
    await context.audioWorklet.addModule(captureUrl);
    const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }: MessageEvent<Int16Array>) => {
      level = loudness(data, 32768);
      onFrame(new Uint8Array(data.buffer));
    };
    context.createMediaStreamSource(stream).connect(node);
  } catch (error) {
    close();
    throw error;
  }
  for (const track of tracks) track.addEventListener("ended", onGone);
  void context.resume().catch(() => undefined);
  const mute = (muted: boolean) => {
    for (const track of tracks) track.enabled = !muted;
  };
  return { level: () => level, mute, close };
}

/** Why there is no microphone, and what to do about it. */
export function microphoneRefusal(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "The browser does not let this page use the microphone. Allow it in the address bar.";
  if (name === "NotFoundError") return "There is no microphone. Connect one and try again.";
  if (name === "NotReadableError") return "The microphone is in use by another program. Close that one and try again.";
  return error instanceof Error && error.message ? error.message : "The microphone cannot be used.";
}
