/** Requests to this page's own server. Knows errors and reachability, not what is asked for. */
import { createCell } from "@/platform/cell";

import { readEvents } from "./sse";

/** The server's refusal, or status 0 where it could not be reached. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string | null = null,
    /** The part of the request that is refused, such as `steps[0].share`. */
    readonly param: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** False from a failed connection until the next answer of any kind. */
export const reachable = createCell(true);

const signedOutListeners = new Set<() => void>();

/** Calls back whenever the server no longer knows the session. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

interface ErrorBody {
  error?: { message?: string; code?: string | null; param?: string | null };
}

interface RequestOptions {
  /** Sent as JSON, but a form as it is. */
  body?: unknown;
  signal?: AbortSignal;
  /** A 401 is an answer to this request, not the end of a session. */
  signingIn?: boolean;
}

export async function request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await connect(method, path, options);
  if (response.ok) return response;
  const error = await readError(response);
  if (error.status === 401 && !options.signingIn) for (const listener of signedOutListeners) listener();
  throw error;
}

export async function requestJson<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await request(method, path, options);
  return (await response.json()) as T;
}

/** Yields the JSON events of a streamed answer up to `[DONE]`. An aborted signal ends it with the signal's reason. */
export async function* requestEvents<T extends object>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T, void> {
  const response = await request("POST", path, { body, signal });
  if (!response.body) return;
  for await (const payload of readEvents(response.body)) {
    if (payload === "[DONE]") return;
    const event = JSON.parse(payload) as T | ErrorBody;
    if ("error" in event) throw new ApiError(event.error?.message ?? "The answer failed.", 500, event.error?.code ?? null);
    yield event as T;
  }
}

async function connect(method: string, path: string, { body, signal }: RequestOptions): Promise<Response> {
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : body instanceof FormData ? body : JSON.stringify(body),
      signal: signal ?? null,
    });
    reachable.set(true);
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    reachable.set(false);
    throw new ApiError("Freehold cannot be reached.", 0, "unreachable");
  }
}

async function readError(response: Response): Promise<ApiError> {
  const fallback = `The server answered with ${response.status} ${response.statusText}.`;
  try {
    const { error } = (await response.json()) as ErrorBody;
    return new ApiError(error?.message ?? fallback, response.status, error?.code ?? null, error?.param ?? null);
  } catch {
    return new ApiError(fallback, response.status);
  }
}
