// The page as static files: `page/` → build/lab-page/. Its links are relative, so that it works from
// any folder of any server.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("page"),
  base: "./",
  worker: { format: "es" },
  build: {
    outDir: at("../build/lab-page"),
    emptyOutDir: true,
    target: "es2022",
    sourcemap: true,
  },
  server: { fs: { allow: [at("..")] } },
});
