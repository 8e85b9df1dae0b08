import { useSyncExternalStore } from "react";

import type { Cell } from "./cell";

/** Re-renders only when the selected part changes; `select` must return a stable value for equal states. */
export function useCell<T, S>(cell: Cell<T>, select: (value: T) => S): S {
  return useSyncExternalStore(cell.subscribe, () => select(cell.get()));
}
