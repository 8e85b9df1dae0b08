/** The microphone: one recording at a time, and how loud it is just now. */
import { createMeter } from "./level";

/** WebM where the browser has it, MP4 in Safari. */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4"];
export const MAX_RECORDING_MS = 10 * 60 * 1000;

export interface Recording {
  /** Between 0 and 1. */
  level: () => number;
  /** Ends the recording; the microphone is free again. */
  finish: () => Promise<Blob>;
  cancel: () => void;
}

/** False on a page without TLS, where browsers hide the microphone. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== "undefined" && navigator.mediaDevices !== undefined;
}

/** Asks for the microphone. Rejects with the browser's `NotAllowedError` or `NotFoundError`. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
  const pieces: Blob[] = [];
  const meter = meterOf(stream);
  const ended = new Promise<Blob>((resolve) => {
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.onstop = () => resolve(new Blob(pieces, { type: recorder.mimeType }));
  });
  recorder.start(1000);
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
    meter.close();
  };
  return { level: meter.level, cancel: stop, finish: () => (stop(), ended) };
}

function meterOf(stream: MediaStream): { level: () => number; close: () => void } {
  const context = new AudioContext();
  const level = createMeter(context.createMediaStreamSource(stream));
  return { level, close: () => void context.close().catch(() => undefined) };
}
