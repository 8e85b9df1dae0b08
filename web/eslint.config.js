import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Forbids imports of the named layers from the files of one layer. */
function layer(files, forbidden) {
  const group = forbidden.map((name) => `@/${name}/**`);
  const message = "Layers: app > features > ui, api > platform; features never import each other.";
  return { files, rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] } };
}

export default tseslint.config(
  { ignores: ["dist", "public", "eslint.config.js"] },
  tseslint.configs.recommendedTypeChecked,
  hooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      complexity: ["error", 10],
      "max-lines": ["error", 300],
      "max-params": ["error", 7],
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  layer(["src/platform/**"], ["app", "features", "ui", "api"]),
  layer(["src/api/**"], ["app", "features", "ui"]),
  layer(["src/ui/**"], ["app", "features", "api"]),
  layer(["src/features/chat/**"], ["app", "features/session", "features/rollouts", "features/talk"]),
  layer(["src/features/session/**"], ["app", "features/chat", "features/rollouts", "features/talk"]),
  layer(["src/features/rollouts/**"], ["app", "features/chat", "features/session", "features/talk"]),
  layer(["src/features/talk/**"], ["app", "features/chat", "features/session", "features/rollouts", "features/voice"]),
);
