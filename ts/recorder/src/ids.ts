/** Ids: 128 random bits behind a prefix that says what they name; they match `[A-Za-z0-9_-]{1,64}`. */

export function randomId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + "_" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const isId = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,64}$/.test(value);
