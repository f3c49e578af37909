// Builds every browser bundle into the Python package; run by `npm run build` and by the wheel's build hook.
// `node build.mjs recorder` builds that one alone.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { filesOf, isChunk, playerOptions, splitOptions } from "./player/build.mjs";
import { BUDGET_BYTES, packageOptions, recorderOptions, shrink, shrinkModule } from "./recorder/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/playhead/web/static/build");
const bundles = [
  { entry: "recorder/src/index.ts", outfile: "recorder.js", options: recorderOptions, shrink },
  // what the recorder fetches where a site asks for more: a folder with an entry each (RECORDER_SCRIPTS in static_files.py)
  ...readdirSync(join(here, "recorder/src"), { withFileTypes: true })
    .filter((folder) => folder.isDirectory() && existsSync(join(here, "recorder/src", folder.name, "index.ts")))
    .map(({ name }) => ({ entry: `recorder/src/${name}/index.ts`, outfile: `recorder-${name}.js` })),
  { entry: "player/src/index.ts", outfile: "player.js", options: splitOptions },
  { entry: "player/src/offline.ts", outfile: "offline.js", options: playerOptions },
  { entry: "islands/src/index.ts", outfile: "islands.js" },
];

/** The npm package, made only when asked for: `node build.mjs package`, then `npm pack ./dist/npm`. */
const npm = join(here, "../dist/npm");
const npmBundle = { entry: "recorder/src/package.ts", outfile: join(npm, "dist/index.js"), options: packageOptions, shrink: shrinkModule };
const asked = process.argv.slice(2);

mkdirSync(out, { recursive: true });
if (asked.length === 0 || asked.includes("player")) for (const name of readdirSync(out).filter(isChunk)) rmSync(join(out, name));
await Promise.all(
  [...bundles, ...(asked.includes("package") ? [npmBundle] : [])]
    .filter(({ entry }) => existsSync(join(here, entry)))
    .filter(({ outfile }) => asked.length === 0 || asked.includes(basename(outfile, ".js").replace(/^recorder-.*/, "recorder")) || outfile === npmBundle.outfile)
    .map(async ({ entry, outfile, options, shrink }) => {
      const built = await build({
        entryPoints: [join(here, entry)],
        ...(options?.splitting ? { outdir: out, entryNames: basename(outfile, ".js") } : { outfile: resolve(out, outfile) }),
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2020",
        legalComments: "none",
        logLevel: "warning",
        write: !shrink,
        ...options,
      });
      if (built.metafile) writeFileSync(join(out, "player.json"), JSON.stringify(filesOf(built.metafile, outfile)));
      for (const { path, text } of built.outputFiles ?? []) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, await shrink(text));
      }
    }),
);

// posthog-js fetches its recorder from the server it speaks to
for (const name of ["array", "lazy-recorder", "exception-autocapture"]) {
  const file = join(here, `node_modules/posthog-js/dist/${name}.js`);
  if (existsSync(file)) copyFileSync(file, join(out, `posthog-${name}.js`));
}

if (asked.includes("package")) {
  for (const name of ["package.json", "index.d.ts", "README.md"]) copyFileSync(join(here, "recorder/npm", name), join(npm, name));
  for (const name of ["LICENSE", "NOTICE"]) copyFileSync(join(here, "..", name), join(npm, name));
}

const recorder = join(out, "recorder.js");
if (existsSync(recorder)) {
  const size = gzipSync(readFileSync(recorder), { level: 9 }).length;
  console.log(`recorder.js: ${size} bytes gzip of ${BUDGET_BYTES}`);
}
