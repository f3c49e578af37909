/** What `build.mjs` has rrweb's Replayer export besides itself. */

export {};

declare module "@rrweb/replay" {
  export function buildNodeWithSN(written: unknown, options: object): Node | null;
}
