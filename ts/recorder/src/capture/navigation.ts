/** Moves inside one document → `playhead.navigate`: pushState, replaceState, back and forward, hash. */

import { listen, quietly, wrap, type Stop } from "../guard";
import { cut, type Context } from "./context";

type Kind = "push" | "replace" | "pop" | "hash";

const beforeHash = (url: string): string => url.split("#", 1)[0] ?? "";

export function captureNavigation(context: Context): Stop {
  let last = location.href;
  const report = (kind: Kind): void => {
    const before = last;
    last = location.href;
    if (before === last) return;
    // a click on "#there" fires popstate as well
    const sameDocument = kind === "pop" && beforeHash(before) === beforeHash(last);
    context.custom("playhead.navigate", {
      url: context.url(last),
      kind: sameDocument ? "hash" : kind,
      title: cut(document.title, 300),
    });
  };
  const hook = (name: "pushState" | "replaceState", kind: Kind): Stop =>
    wrap(
      History.prototype,
      name,
      (original, live) =>
        function (this: History, ...args: Parameters<History["pushState"]>): void {
          (original as History["pushState"]).apply(this, args);
          if (live() && this === history) quietly(() => report(kind));
        },
    );
  const stops = [
    hook("pushState", "push"),
    hook("replaceState", "replace"),
    listen(window, "popstate", () => report("pop")),
    listen(window, "hashchange", () => report("hash")),
  ];
  return () => stops.forEach((stop) => stop());
}
