/** Guards: what rrweb's Replayer does that a recording must not make it do. */

import type { Replayer } from "@rrweb/replay";

/**
 * A sheet that arrives late is written by rrweb into the snapshot it was missing from, which is ours: who comes back to
 * that moment would see it too early. It gets a copy to write into.
 */
export function keepSnapshots(replayer: Replayer): void {
  const own = replayer as unknown as { applyMutation(mutation: Restyled, isSync: boolean): void };
  const apply = own.applyMutation.bind(replayer);
  const mirror = replayer.getMirror();
  own.applyMutation = (mutation, isSync) => {
    for (const { id, attributes } of mutation.attributes ?? []) {
      const node = "_cssText" in attributes ? mirror.getNode(id) : null;
      const meta = node && mirror.getMeta(node);
      if (node && meta && "attributes" in meta) mirror.add(node, { ...meta, attributes: { ...meta.attributes } });
    }
    apply(mutation, isSync);
  };
}

/** An action of the Replayer's clock that throws must not stop the clock. */
export function guardTimer(replayer: Replayer, failed: () => void): void {
  const timer = replayer.timer as unknown as { addAction(action: { doAction: () => void; delay: number }): void };
  const add = timer.addAction.bind(timer);
  timer.addAction = ({ doAction, delay }) =>
    add({
      delay,
      doAction: () => {
        try {
          doAction();
        } catch {
          failed();
        }
      },
    });
}

/**
 * Custom players (Plyr) give an element of their own a "play" event, which recorders write down as a video's: the Replayer
 * then asks a div to pause whenever it pauses, and throws.
 */
export function guardMedia(replayer: Replayer): void {
  const { mediaManager: manager } = replayer as unknown as { mediaManager: MediaManager };
  const change = manager.mediaMutation.bind(manager);
  manager.mediaMutation = (told) => {
    if (manager.isSupportedMediaElement(told.target)) change(told);
  };
}

interface MediaManager {
  mediaMutation(told: { target: Node }): void;
  isSupportedMediaElement(node: Node): boolean;
}

interface Restyled {
  attributes?: { id: number; attributes: Record<string, unknown> }[];
}
