// The bundlers: each makes one ES module of an entry, with its own defaults for production.

import { basename, dirname } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite from "vite";
import webpack from "webpack";

type Bundle = (entry: string, outfile: string) => Promise<void>;

export const BUNDLERS: Record<string, Bundle> = {
  async Vite(entry, outfile) {
    await vite.build({
      root: dirname(entry),
      configFile: false,
      logLevel: "error",
      build: {
        outDir: dirname(outfile),
        modulePreload: false,
        rolldownOptions: { input: entry, output: { entryFileNames: basename(outfile) } },
      },
    });
  },

  async webpack(entry, outfile) {
    const compiler = webpack({
      mode: "production",
      context: dirname(entry),
      entry,
      output: { path: dirname(outfile), filename: basename(outfile), module: true },
      experiments: { outputModule: true },
    });
    await new Promise<void>((resolve, reject) =>
      compiler?.run((error, stats) => {
        if (error) reject(error);
        else if (stats?.hasErrors() || stats?.hasWarnings()) reject(new Error(stats.toString()));
        else resolve();
      }),
    );
  },

  async esbuild(entry, outfile) {
    const { warnings } = await esbuild.build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      minify: true,
      format: "esm",
      logLevel: "silent",
    });
    if (warnings[0]) throw new Error(warnings[0].text);
  },

  async Rollup(entry, outfile) {
    const bundle = await rollup({
      input: entry,
      plugins: [nodeResolve({ browser: true })],
      onwarn: (warning) => {
        throw new Error(warning.message);
      },
    });
    await bundle.write({ file: outfile, format: "es" });
    await bundle.close();
  },
};
