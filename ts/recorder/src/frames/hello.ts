/**
 * Hello: how a page and a frame of another origin find each other.
 *
 * 1  the frame, to its parent, if that has an origin the frame's tag names:  {playhead: "frame"}
 * 2  the page, to a frame of an origin the page names:                       {playhead: "record"} and a port
 * 3  through the port, which nobody else has:  {page, session} down, [page, JSON of events] up
 *
 * The browser says who a message is from and hands it to nobody else than the origin it is addressed to.
 */

export const FRAME = "frame";
export const RECORD = "record";
/** The page asks its frames to say hello again. */
export const PAGE = "page";

/** Down the port. `page` "" is: rest. */
export interface Order {
  page: string;
  session: string;
}

/** Origins as the browser writes them; what is none, and the "null" of sandboxed frames, is nobody. */
export const originsOf = (said: string[]): string[] =>
  said.flatMap((one) => {
    try {
      const { origin } = new URL(one);
      return origin === "null" ? [] : [origin];
    } catch {
      return [];
    }
  });

/** What kind of message of ours this is; "" for anything else. */
export function kindOf(event: MessageEvent, origins: string[]): string {
  const said = (event.data as { playhead?: unknown } | null)?.playhead;
  return typeof said === "string" && origins.includes(event.origin) ? said : "";
}
