import { request, requestJson } from "./http";
import type { Session } from "./types";

/** Exchanges a key for the session cookie; the key is not kept anywhere. */
export function signIn(key: string): Promise<Session> {
  return requestJson("POST", "/api/session", { body: { key }, signingIn: true });
}

/** Throws ApiError 401 where nobody is signed in. */
export function readSession(): Promise<Session> {
  return requestJson("GET", "/api/session", { signingIn: true });
}

export async function signOut(): Promise<void> {
  await request("DELETE", "/api/session", { signingIn: true });
}
