import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The Host header stays the browser's, so that it matches the Origin which the server checks.
const server = { target: "http://127.0.0.1:8000", changeOrigin: false };

export default defineConfig({
  plugins: [react(), tailwind()],
  resolve: { tsconfigPaths: true },
  // Inlined assets would be data: URLs, which the content security policy refuses.
  build: {
    outDir: "../src/freehold/api/web/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    license: { fileName: "licenses.md" },
  },
  server: { host: "127.0.0.1", proxy: { "/api": server, "/v1": { ...server, ws: true }, "/admin/v1": server } },
});
