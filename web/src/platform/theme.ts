/** Light or dark: the system's choice unless the person chose the other one. */
import { createCell } from "./cell";
import { useMediaQuery } from "./media";
import { readPreference, writePreference } from "./storage";
import { useCell } from "./use-cell";

export type Theme = "light" | "dark";

const chosen = createCell<Theme | null>(parse(readPreference("theme")));

function parse(value: string | null): Theme | null {
  return value === "light" || value === "dark" ? value : null;
}

export function useTheme(): { theme: Theme; toggle: () => void } {
  const system: Theme = useMediaQuery("(prefers-color-scheme: dark)") ? "dark" : "light";
  const theme = useCell(chosen, (value) => value) ?? system;
  return { theme, toggle: () => choose(theme === "dark" ? "light" : "dark", system) };
}

function choose(theme: Theme, system: Theme): void {
  const override = theme === system ? null : theme;
  chosen.set(override);
  writePreference("theme", override);
  if (override) document.documentElement.dataset.theme = override;
  else delete document.documentElement.dataset.theme;
}
