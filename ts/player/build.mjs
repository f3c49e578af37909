// How the player is bundled: rrweb's Replayer without the two copies of a CSS parser it brings (of 197 KB, 90), since
// our own reader of style sheets (src/hover.ts) does what it used them for; and what the first picture needs apart from
// the rest of the page.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const hover = join(dirname(fileURLToPath(import.meta.url)), "src/hover.ts");
const ADAPTS = /const ast = postcss\$1\(\[\s*mediaSelectorPlugin,\s*pseudoClassPlugin\s*\]\)\.process\(cssText\);\s*result2 = ast\.css;/;
const LOADS = /^var (postcssExports(?:\$1)?) = (requirePostcss(?:\$1)?)\(\);$/gm;
const EXPORTS = /export \{\s*Replayer\s*\};/;
const BUILDS = "export { Replayer, buildNodeWithSN };"; // src/rebase.ts builds single nodes with it
const TOUCHES = /^postcss(?:\$1)?\.\w+;$/gm;

/** Replaces what rrweb asks its parser for; the build fails where another version of rrweb asks in another way. */
const ownSheets = {
  name: "own-sheets",
  setup(build) {
    build.onLoad({ filter: /@rrweb[\\/]replay[\\/]dist[\\/]replay\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!ADAPTS.test(text) || !EXPORTS.test(text) || text.match(LOADS)?.length !== 2) throw new Error(`${path}: it is not put together as it was`);
      const patched = text.replace(ADAPTS, "return __twinsOf(cssText);").replace(LOADS, "var $1 = /* @__PURE__ */ $2();").replace(TOUCHES, "").replace(EXPORTS, BUILDS);
      return { contents: `import { twinsOf as __twinsOf } from ${JSON.stringify(hover)};\n${patched}`, loader: "js" };
    });
  },
};

export const playerOptions = { plugins: [ownSheets] };

/** The session page's: an ES module that asks for the rest of the page once the first picture is there. */
export const splitOptions = { ...playerOptions, format: "esm", splitting: true, chunkNames: "[name]-[hash]", metafile: true };

export const isChunk = (name) => /-[A-Z0-9]{8}\.js$/.test(name);

/** What the page has the browser fetch beside `entry`: the files it needs at once, and those it asks for later. */
export function filesOf({ outputs }, entry) {
  const files = Object.entries(outputs).map(([path, output]) => [basename(path), output]);
  const imports = (name, kind) => (files.find(([found]) => found === name)?.[1].imports ?? []).filter((one) => one.kind === kind).map(({ path }) => basename(path));
  const withTheirs = (names) => [...new Set(names.flatMap((name) => [name, ...withTheirs(imports(name, "import-statement"))]))];
  const now = withTheirs(imports(entry, "import-statement"));
  const later = withTheirs([entry, ...now].flatMap((name) => imports(name, "dynamic-import")));
  return { now, later: later.filter((name) => !now.includes(name)) };
}
