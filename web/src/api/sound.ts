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
