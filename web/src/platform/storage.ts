/** Preferences kept by the browser. Never credentials: those live in an HttpOnly cookie. */

const PREFIX = "freehold.";

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Forgets the preference when `value` is null; does nothing where storage is blocked. */
export function writePreference(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    return;
  }
}
