import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SealedBatch } from "../src/delivery/batcher";
import { adopt } from "../src/delivery/leftovers";
import { Outbox } from "../src/delivery/outbox";
import type { BatchKey, Spool, StoredBatch } from "../src/delivery/spool";

/** The spool of a browser that works: the same contract as IndexedDB's, in memory. */
class MemorySpool implements Spool {
  rows = new Map<string, StoredBatch>();
  works = true;
  put = async (row: StoredBatch): Promise<boolean> => {
    if (this.works) this.rows.set(`${row.page}/${row.seq}`, row);
    return this.works;
  };
  get = async ([page, seq]: BatchKey): Promise<StoredBatch | null> => this.rows.get(`${page}/${seq}`) ?? null;
  remove = async ([page, seq]: BatchKey): Promise<boolean> => this.rows.delete(`${page}/${seq}`);
  keys = async (): Promise<BatchKey[]> => [...this.rows.values()].map((row): BatchKey => [row.page, row.seq]);
}

interface Sent {
  seq: number;
  keepalive: boolean;
  answer: (status: number, headers?: Record<string, string>) => Promise<void>;
}

let spool: MemorySpool;
let sent: Sent[];
let log: string[];
let outbox: Outbox;

/** One turn of the event loop; the timers are not real here. */
const turn = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });

const settle = async (): Promise<void> => {
  // answers and the spool are several turns of the loop apart
  for (let i = 0; i < 40; i++) await turn();
};

/** The request with this number, as soon as it is made. */
const request = async (index: number): Promise<Sent> => {
  while (!sent[index]) await turn();
  return sent[index];
};

const sender = (calls: Sent[]): typeof fetch => ((url: string, init: RequestInit) =>
  new Promise<Response>((resolve) => {
    calls.push({
      seq: Number(new URL(url).searchParams.get("seq")),
      keepalive: init.keepalive === true,
      answer: async (status, headers) => {
        resolve(new Response("{}", { status, headers }));
        await settle();
      },
    });
  })) as unknown as typeof fetch;

const makeOutbox = (): Outbox =>
  new Outbox(
    { send: sender(sent), spool, tab: () => "t", endpoint: "http://x.example/ingest", site: "k" },
    {
      onDropped: (page, status) => log.push(`dropped ${page} ${status}`),
      onRefused: (status) => log.push(`refused ${status}`),
      onFull: () => log.push("full"),
      onRoom: () => log.push("room"),
    },
  );

const batch = (seq: number, size = 10): SealedBatch => ({
  session: "s",
  visitor: "v",
  page: "p",
  seq,
  n: 1,
  first_ms: 1.5,
  last_ms: 2.5,
  end: false,
  text: `["${randomText(size)}"]`,
});

/** Text that gzip cannot make small: what repeats lies further apart than its window of 32 KB. */
const NOISE = Array.from(crypto.getRandomValues(new Uint8Array(65_536)), (byte) => String.fromCharCode(35 + (byte % 57)))
  .join("");
const randomText = (size: number): string => NOISE.repeat(Math.ceil(size / NOISE.length)).slice(0, size);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.stubGlobal("CompressionStream", undefined); // it packs on a thread of its own, at a time of its own
  spool = new MemorySpool();
  sent = [];
  log = [];
  outbox = makeOutbox();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("order and persistence", () => {
  it("sends one after the other, and forgets only what is durable", async () => {
    [0, 1, 2].forEach((seq) => outbox.add(batch(seq)));
    await settle();
    expect(sent.map((it) => it.seq)).toEqual([0]);
    expect(spool.rows.size).toBe(3);
    await sent[0]?.answer(200);
    expect(sent.map((it) => it.seq)).toEqual([0, 1]);
    expect([...spool.rows.keys()]).toEqual(["p/1", "p/2"]);
    await sent[1]?.answer(200);
    await sent[2]?.answer(200);
    expect(spool.rows.size).toBe(0);
    expect(outbox.busy).toBe(false);
  });

  it("retries the same batch until it is taken", async () => {
    outbox.add(batch(0));
    outbox.add(batch(1));
    await settle();
    for (let attempt = 0; attempt < 4; attempt++) {
      await sent[attempt]?.answer(500);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    await settle();
    expect(sent.map((it) => it.seq)).toEqual([0, 0, 0, 0, 0]);
    await sent[4]?.answer(200);
    expect(sent.at(-1)?.seq).toBe(1);
  });

  it("waits as long as the server asked, also when the network comes back", async () => {
    outbox.add(batch(0));
    await settle();
    await sent[0]?.answer(429, { "Retry-After": "100" });
    vi.advanceTimersByTime(99_000);
    outbox.wake();
    await settle();
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect((await request(1)).seq).toBe(0);
  });

  it("tries at once when the network comes back", async () => {
    outbox.add(batch(0));
    await settle();
    await sent[0]?.answer(503);
    outbox.wake();
    await settle();
    expect(sent).toHaveLength(2);
  });
});

describe("answers that are final", () => {
  it("drops the one batch, says so, and goes on", async () => {
    outbox.add(batch(0));
    outbox.add(batch(1));
    await settle();
    await sent[0]?.answer(413);
    expect(log).toEqual(["dropped p 413"]);
    expect([...spool.rows.keys()]).toEqual(["p/1"]);
    const drained = outbox.drained(1_000);
    await sent[1]?.answer(200);
    expect(await drained).toBe(false); // not everything is durable
  });

  it("drops everything when the key is refused", async () => {
    [0, 1, 2].forEach((seq) => outbox.add(batch(seq)));
    await settle();
    await sent[0]?.answer(401);
    expect(log).toEqual(["refused 401"]);
    expect(spool.rows.size).toBe(0);
    expect(sent).toHaveLength(1);
  });
});

describe("leaving", () => {
  it("sends what is small at once and keeps all of it", async () => {
    [0, 1, 2].forEach((seq) => outbox.add(batch(seq)));
    outbox.leave(); // before gzip had a chance
    expect(sent.map((it) => [it.seq, it.keepalive])).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ]);
    await settle();
    expect(spool.rows.size).toBe(3);
    for (const it of sent) await it.answer(200);
    expect(spool.rows.size).toBe(0);
  });

  it("does not exceed what keepalive carries, nor overtake", async () => {
    [0, 1, 2].forEach((seq) => outbox.add(batch(seq, 25_000)));
    outbox.add(batch(3, 100_000));
    outbox.add(batch(4, 10));
    outbox.leave();
    await settle();
    expect(sent.map((it) => it.seq)).toEqual([0, 1]);
    expect(spool.rows.size).toBe(5);
  });

  it("sends large ones without keepalive", async () => {
    outbox.add(batch(0, 100_000));
    expect((await request(0)).keepalive).toBe(false);
  });
});

describe("a long backlog", () => {
  it("keeps bodies in the spool and still sends them", async () => {
    const many = 30;
    for (let seq = 0; seq < many; seq++) outbox.add(batch(seq, 100_000));
    await settle();
    for (let seq = 0; seq < many; seq++) {
      expect((await request(seq)).seq).toBe(seq);
      await sent[seq]?.answer(200);
    }
    expect(outbox.busy).toBe(false);
    expect(log).toEqual([]);
  });

  it("asks for a pause when nothing can be spooled, and for more when there is room", async () => {
    spool.works = false;
    const many = 24;
    for (let seq = 0; seq < many; seq++) outbox.add(batch(seq, 1_000_000));
    await settle();
    expect(log).toEqual(["full"]);
    for (let seq = 0; seq < many; seq++) await (await request(seq)).answer(200);
    expect(log).toEqual(["full", "room"]);
  });
});

describe("drained", () => {
  it("is true at once when nothing waits", async () => expect(await outbox.drained(10)).toBe(true));

  it("gives up after a while", async () => {
    outbox.add(batch(0));
    const drained = outbox.drained(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await drained).toBe(false);
  });
});

describe("leftovers", () => {
  const row = (page: string, seq: number, changes: Partial<StoredBatch> = {}): StoredBatch => ({
    page,
    seq,
    url: `http://x.example/ingest?page=${page}&seq=${seq}`,
    tab: "t",
    saved_ms: Date.now(),
    body: "[]",
    ...changes,
  });
  const look = (): Promise<number> =>
    adopt({ spool, tab: "t", isOwn: (page) => page === "mine" }, outbox, Date.now());

  it("takes what this tab's last page left, in order, and nothing of its own", async () => {
    for (const it of [row("gone", 3), row("gone", 4), row("mine", 0)]) await spool.put(it);
    expect(await look()).toBe(2);
    await sent[0]?.answer(200);
    await sent[1]?.answer(200);
    expect(sent.map((it) => it.seq)).toEqual([3, 4]);
    expect([...spool.rows.keys()]).toEqual(["mine/0"]);
  });

  it("leaves other tabs their time, and takes over after it", async () => {
    await spool.put(row("other", 0, { tab: "u" }));
    expect(await look()).toBe(0);
    vi.advanceTimersByTime(15_001);
    expect(await look()).toBe(1);
    expect(await look()).toBe(0); // it is in the outbox already
  });

  it("throws away what is a week old", async () => {
    await spool.put(row("gone", 0, { saved_ms: Date.now() - 8 * 24 * 3_600_000 }));
    expect(await look()).toBe(0);
    expect(spool.rows.size).toBe(0);
  });
});
