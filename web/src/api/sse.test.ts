import { describe, expect, test } from "vitest";

import { EventParser, readEvents } from "./sse";

function parseInPieces(text: string, size: number): string[] {
  const parser = new EventParser();
  const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
  return pieces.flatMap((piece) => parser.push(piece));
}

describe("EventParser", () => {
  test.each(["\n", "\r\n", "\r"])("line ending %j gives the same payloads however the text is cut", (newline) => {
    const text = ["data: one", "", ": a comment", "event: x", "data: two", "data:  lines", "", "data:[DONE]", "", ""].join(newline);
    for (let size = 1; size <= text.length; size += 1) {
      expect(parseInPieces(text, size)).toEqual(["one", "two\n lines", "[DONE]"]);
    }
  });

  test("an empty data field is a payload, and a blank line alone is not", () => {
    expect(new EventParser().push("\n\ndata\n\n\n")).toEqual([""]);
  });

  test("an event without its blank line is not delivered", () => {
    expect(new EventParser().push("data: half\n")).toEqual([]);
  });
});

describe("readEvents", () => {
  test("a character split over two chunks survives", async () => {
    const bytes = new TextEncoder().encode("data: grüße 👋\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const payloads: string[] = [];
    for await (const payload of readEvents(body)) payloads.push(payload);
    expect(payloads).toEqual(["grüße 👋"]);
  });

  test("leaving the loop cancels the stream", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const payload of readEvents(body)) {
      expect(payload).toBe("1");
      break;
    }
    expect(cancelled).toBe(true);
  });
});
