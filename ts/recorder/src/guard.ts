/** Ways to touch the host page that cannot break it: every handler is fenced, every patch can be taken back. */

export type Stop = () => void;

/** Call `fn`; whatever it throws stays here. A recorder must never be the reason why a page fails. */
export function quietly<R>(fn: () => R): R | undefined {
  try {
    return fn();
  } catch {
    return undefined;
  }
}

/** Add a fenced listener and return how to remove it. */
export function listen<E extends Event>(
  target: EventTarget,
  type: string,
  handler: (event: E) => void,
  options: AddEventListenerOptions = { capture: true, passive: true },
): Stop {
  const fenced = (event: Event): void => {
    quietly(() => handler(event as E));
  };
  target.addEventListener(type, fenced, options);
  return () => target.removeEventListener(type, fenced, options);
}

/** Fetch one more script of ours, for the sites that ask for what it does. */
export function fetchScript(url: string, then: () => void): void {
  const tag = document.createElement("script");
  tag.src = url;
  tag.onload = () => {
    tag.remove();
    quietly(then);
  };
  document.head.append(tag);
}

type Callable = (...args: never[]) => unknown;

/**
 * Replace `owner[name]` by what `make` returns and return how to put the original back.
 *
 * Somebody may have wrapped our wrapper by then: in that case it stays in the chain, and `live()` tells it to do nothing.
 */
export function wrap<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  make: (original: T[K] & Callable, live: () => boolean) => unknown,
): Stop {
  const original = owner[name];
  if (typeof original !== "function") return () => {};
  let live = true;
  const replacement = make(original as T[K] & Callable, () => live) as T[K];
  quietly(() => {
    owner[name] = replacement;
  });
  return () => {
    live = false;
    quietly(() => {
      if (owner[name] === replacement) owner[name] = original;
    });
  };
}
