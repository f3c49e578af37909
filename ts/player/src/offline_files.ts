/**
 * Files of an exported session: style sheets, fonts and pictures stand in the file once each, and the events name them.
 *
 * They are put into the events only here: an address of a picture that a hundred keyframes show would otherwise be a
 * hundred pictures.
 */

export type Files = Record<string, string>; // hash of the recorded address → `data:` address

const WHOLE = /^\/api\/sessions\/[^/"\s]+\/assets\/([0-9a-f]{32})\/[\w.-]*(#.*)?$/;
const INSIDE = /\/api\/sessions\/[^/"\s]+\/assets\/([0-9a-f]{32})\/[\w.-]*/g;

/** The value with files in the place of their addresses; changed where it stands. */
export function withFiles<T>(value: T, files: Files): T {
  if (Object.keys(files).length === 0) return value;
  const stack: unknown[] = [value];
  while (stack.length) {
    const holder = stack.pop();
    if (typeof holder !== "object" || holder === null) continue;
    const known = holder as Record<string, unknown>;
    for (const [name, one] of Object.entries(known)) {
      if (typeof one === "string") {
        if (one.includes("/assets/")) known[name] = filled(one, files);
      } else stack.push(one);
    }
  }
  return value;
}

function filled(text: string, files: Files): string {
  const whole = WHOLE.exec(text);
  if (whole) return own(files, whole[1]) ?? text; // the same string each time: held in memory once
  return text.replace(INSIDE, (path, hash: string) => own(files, hash) ?? path);
}

function own(files: Files, hash: string | undefined): string | undefined {
  return hash !== undefined && Object.hasOwn(files, hash) ? files[hash] : undefined;
}
