/** Code into coloured tokens. The engine and each language are fetched on first use; unknown languages stay plain. */
import type { HighlighterCore, LanguageInput } from "@shikijs/core";

export interface Token {
  content: string;
  color?: string;
}

const languages: Record<string, () => Promise<{ default: LanguageInput }>> = {
  bash: () => import("@shikijs/langs/bash"),
  c: () => import("@shikijs/langs/c"),
  css: () => import("@shikijs/langs/css"),
  diff: () => import("@shikijs/langs/diff"),
  go: () => import("@shikijs/langs/go"),
  html: () => import("@shikijs/langs/html"),
  java: () => import("@shikijs/langs/java"),
  javascript: () => import("@shikijs/langs/javascript"),
  json: () => import("@shikijs/langs/json"),
  python: () => import("@shikijs/langs/python"),
  rust: () => import("@shikijs/langs/rust"),
  sql: () => import("@shikijs/langs/sql"),
  toml: () => import("@shikijs/langs/toml"),
  tsx: () => import("@shikijs/langs/tsx"),
  typescript: () => import("@shikijs/langs/typescript"),
  yaml: () => import("@shikijs/langs/yaml"),
};

const aliases: Record<string, string> = {
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  console: "bash",
  golang: "go",
  js: "javascript",
  mjs: "javascript",
  jsx: "tsx",
  jsonc: "json",
  py: "python",
  python3: "python",
  rs: "rust",
  ts: "typescript",
  yml: "yaml",
};

const THEME = "freehold";
let engine: Promise<HighlighterCore> | null = null;
const loaded = new Map<string, Promise<void>>();

/** Returns the lines of `code` as tokens, or null where the language is not known. */
export async function highlight(code: string, languageName: string): Promise<Token[][] | null> {
  const language = aliases[languageName] ?? languageName;
  const load = languages[language];
  if (!load) return null;
  const highlighter = await (engine ??= createEngine());
  await loadOnce(highlighter, language, load);
  const lines = highlighter.codeToTokensBase(code, { lang: language, theme: THEME });
  return lines.map((line) => line.map(({ content, color }) => (color ? { content, color } : { content })));
}

async function createEngine(): Promise<HighlighterCore> {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import("@shikijs/core"),
    import("@shikijs/engine-javascript"),
  ]);
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: "--code-" })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}

async function loadOnce(highlighter: HighlighterCore, language: string, load: () => Promise<{ default: LanguageInput }>) {
  let loading = loaded.get(language);
  if (!loading) {
    loading = load().then((module) => highlighter.loadLanguage(module.default));
    loaded.set(language, loading);
  }
  await loading;
}
