// Builds every browser bundle into the Python package; run by `npm run build` and by the wheel's build hook.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/playhead/web/static/build");
const bundles = [
  { entry: "recorder/src/index.ts", outfile: "recorder.js" },
  { entry: "player/src/index.ts", outfile: "player.js" },
  { entry: "islands/src/index.ts", outfile: "islands.js" },
];

await Promise.all(
  bundles
    .filter(({ entry }) => existsSync(join(here, entry)))
    .map(({ entry, outfile }) =>
      build({
        entryPoints: [join(here, entry)],
        outfile: join(out, outfile),
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2020",
        legalComments: "none",
        logLevel: "warning",
      }),
    ),
);
