import { defineConfig } from "vite";

export default defineConfig({
  // Works under any path of any server.
  base: "./",
  resolve: { conditions: ["@patrix/source", "browser", "module"] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // It finds its WebAssembly beside itself.
  optimizeDeps: { exclude: ["@matrix-org/matrix-sdk-crypto-wasm"] },
  build: { target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 },
  server: { proxy: { "/_matrix": "http://127.0.0.1:8008" } },
});
