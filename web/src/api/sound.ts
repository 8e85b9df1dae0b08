/** Speaking and listening by the server's models. */
import { request, requestJson } from "./http";

/** 24,000 samples a second, 16 bit, one channel, as they are made. */
export async function speak(model: string, input: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const body = { model, input, voice: "alloy", response_format: "pcm" };
  const response = await request("POST", "/v1/audio/speech", { body, signal });
  if (!response.body) throw new Error("This browser cannot read a sound as it comes.");
  return response.body;
}

/** What is said in a recording. */
export async function transcribe(model: string, recording: Blob, signal: AbortSignal): Promise<string> {
  const body = new FormData();
  body.set("model", model);
  body.set("file", recording, `dictation.${recording.type.includes("mp4") ? "mp4" : "webm"}`);
  return (await requestJson<{ text: string }>("POST", "/v1/audio/transcriptions", { body, signal })).text;
}

export interface Voice {
  id: string;
  name: string;
  /** BCP 47. */
  language: string;
  gender: string;
  /** A preset of a formant synthesizer, a voice of a model, or a person's. */
  kind: string;
  /** The speech model whose voice it is. */
  model: string;
  /** The address of a sentence in this voice. */
  sample: string;
}

/** The first voices that fit; there may be many thousands. `query` is looked for in ids and names. */
export async function listVoices(query: string, language: string, signal: AbortSignal): Promise<{ data: Voice[]; has_more: boolean }> {
  const wanted = new URLSearchParams({ limit: "60" });
  if (query) wanted.set("q", query);
  if (language) wanted.set("language", language);
  return requestJson("GET", `/v1/audio/voices?${wanted.toString()}`, { signal });
}
