// Builds every browser bundle into the Python package; run by `npm run build` and by the wheel's build hook.
// `node build.mjs recorder` builds that one alone.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { BUDGET_BYTES, recorderOptions, shrink } from "./recorder/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/playhead/web/static/build");
const bundles = [
  { entry: "recorder/src/index.ts", outfile: "recorder.js", options: recorderOptions, shrink },
  { entry: "player/src/index.ts", outfile: "player.js" },
  { entry: "player/src/offline.ts", outfile: "offline.js" },
  { entry: "islands/src/index.ts", outfile: "islands.js" },
];

mkdirSync(out, { recursive: true });
await Promise.all(
  bundles
    .filter(({ entry }) => existsSync(join(here, entry)))
    .filter(({ outfile }) => process.argv.length < 3 || process.argv.includes(basename(outfile, ".js")))
    .map(async ({ entry, outfile, options, shrink }) => {
      const built = await build({
        entryPoints: [join(here, entry)],
        outfile: join(out, outfile),
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2020",
        legalComments: "none",
        logLevel: "warning",
        write: !shrink,
        ...options,
      });
      for (const { path, text } of built.outputFiles ?? []) writeFileSync(path, await shrink(text));
    }),
);

// posthog-js fetches its recorder from the server it speaks to
for (const name of ["array", "lazy-recorder", "exception-autocapture"]) {
  const file = join(here, `node_modules/posthog-js/dist/${name}.js`);
  if (existsSync(file)) copyFileSync(file, join(out, `posthog-${name}.js`));
}

const recorder = join(out, "recorder.js");
if (existsSync(recorder)) {
  const size = gzipSync(readFileSync(recorder), { level: 9 }).length;
  console.log(`recorder.js: ${size} bytes gzip of ${BUDGET_BYTES}`);
}
