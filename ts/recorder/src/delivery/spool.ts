/**
 * Spool: batches that no server has acknowledged yet, kept in IndexedDB across reloads, crashes and offline hours.
 *
 * Key     [page, seq]: the order in which a page's batches must be sent is the order of the keys
 * Errors  never: a browser without (or with a full) IndexedDB answers false, null or []
 */

export interface StoredBatch {
  page: string;
  seq: number;
  /** Where it goes, complete but for `sent_ms`: the next page load may run under other settings. */
  url: string;
  /** The tab that recorded it: its next page load knows that the page is gone. */
  tab: string;
  saved_ms: number;
  body: Uint8Array<ArrayBuffer> | string;
}

export type BatchKey = [page: string, seq: number];

export interface Spool {
  put(batch: StoredBatch): Promise<boolean>;
  get(key: BatchKey): Promise<StoredBatch | null>;
  remove(key: BatchKey): Promise<boolean>;
  keys(): Promise<BatchKey[]>;
}


const STORE = "batches";

export class IndexedSpool implements Spool {
  private database: Promise<IDBDatabase | null> | null = null;
  private opened: IDBDatabase | null = null;

  /** Open (and so create) the database; nothing is opened before recording starts. */
  open(): Promise<IDBDatabase | null> {
    this.database ??= new Promise((resolve) => {
      try {
        const request = indexedDB.open("playhead", 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["page", "seq"] });
        request.onsuccess = () => {
          const database = request.result;
          database.onversionchange = () => database.close();
          this.opened = database;
          resolve(database);
        };
        request.onerror = request.onblocked = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
    return this.database;
  }

  put(batch: StoredBatch): Promise<boolean> {
    return this.run("readwrite", (store) => store.put(batch)).then((key) => key !== null);
  }

  get(key: BatchKey): Promise<StoredBatch | null> {
    return this.run<StoredBatch | undefined>("readonly", (store) => store.get(key)).then((found) => found ?? null);
  }

  remove(key: BatchKey): Promise<boolean> {
    return this.run("readwrite", (store) => store.delete(key)).then((done) => done !== null);
  }

  clear(): Promise<unknown> {
    return this.run("readwrite", (store) => store.clear());
  }

  keys(): Promise<BatchKey[]> {
    return this.run("readonly", (store) => store.getAllKeys() as IDBRequest).then((keys) => keys ?? []);
  }

  /** One request in one transaction. With the database open it is issued at once: a page that is leaving has no later. */
  private run<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    if (this.opened) return this.ask(this.opened, mode, ask);
    return this.open().then((database) => (database ? this.ask(database, mode, ask) : null));
  }

  private ask<T>(
    database: IDBDatabase,
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | null> {
    return new Promise((resolve) => {
      try {
        const transaction = database.transaction(STORE, mode);
        const request = ask(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result ?? (undefined as T));
        transaction.onerror = transaction.onabort = () => resolve(null);
        if (mode === "readwrite") transaction.commit?.();
      } catch {
        resolve(null);
      }
    });
  }
}
