"""bench/ingest: durable batches a second and server CPU a batch, beside the bare floor.

Both are one uvicorn process with the same HTTP parser, fed by the same client over loopback. The floor appends the body
to one file, syncs once for all that wait, and answers: the same promise to the client, nothing else kept.
Run     `python bench/ingest.py [--seconds 3] [--rounds 3] [--clients 64] [--oss-clarity VENV]`; prints a Markdown table
CPU     user + system time of the server's processes, from /proc
oss-clarity   (PyPI, Django) from an environment of its own, under gunicorn with one worker a core. It writes files
        and rows without a sync and answers 204 whatever happened, so its rows are counted afterwards. Its body is the
        same noise uncompressed, which saves it the inflating.
"""

import argparse
import asyncio
import gzip
import os
import queue
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

SIZES = {"1 KB": 1_000, "20 KB": 20_000}
TICKS = os.sysconf("SC_CLK_TCK")


class Result(NamedTuple):
    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the servers take turns; medians count")
    parser.add_argument("--clients", type=int, default=64, help="connections, each waiting for its answer")
    parser.add_argument("--body", choices=SIZES, help="one size only")
    parser.add_argument("--oss-clarity", type=Path, metavar="VENV", help="environment with oss-clarity and gunicorn")
    parser.add_argument("--serve", choices=SERVERS, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.data)
        return
    print("| body | server | batches/s | of the floor | CPU µs a batch | of the floor | p50 ms | p99 ms |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for name, size in SIZES.items():
        if args.body not in (None, name):
            continue
        rounds: dict[str, list[Result]] = {server: [] for server in SERVERS}
        if args.oss_clarity:
            rounds["oss-clarity"] = []
        for _ in range(args.rounds):
            for server, results in rounds.items():
                if server == "oss-clarity":
                    results.append(measure_django(args.oss_clarity, size, seconds=args.seconds, clients=args.clients))
                else:
                    results.append(measure(server, size, seconds=args.seconds, clients=args.clients))
        for server, results in rounds.items():
            found = Result(*map(statistics.median, zip(*results, strict=True)))
            rate, cpu = (share_of_floor(rounds["floor"], results, figure) for figure in ("rate", "cpu_us"))
            shown = f"{found.rate:,.0f} | {rate:.0%} | {found.cpu_us:.0f} | {1 / cpu:.0%}"
            print(f"| {name} | {server} | {shown} | {found.p50_ms:.1f} | {found.p99_ms:.1f} |", flush=True)


def share_of_floor(floor_results: list[Result], results: list[Result], name: str) -> float:
    """Return the median of the shares of each round: what else the machine does hits both alike."""
    pairs = zip(floor_results, results, strict=True)
    return statistics.median(getattr(own, name) / getattr(bare, name) for bare, own in pairs)


def measure(server: str, size: int, *, seconds: float, clients: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="playhead-bench-") as data:
        argv = [sys.executable, __file__, "--serve", server, "--data", data]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        try:
            port = int(process.stdout.readline())
            asyncio.run(load(port, size, seconds=1, clients=clients, prefix="w"))  # warm-up, discarded
            before_s = cpu_s(process.pid)
            began_s = time.perf_counter()
            waits_ms = asyncio.run(load(port, size, seconds=seconds, clients=clients, prefix="m"))
            spent_s, cpu = time.perf_counter() - began_s, cpu_s(process.pid) - before_s
        finally:
            process.kill()
            process.wait()
    return result_of(waits_ms, spent_s, cpu)


def result_of(waits_ms: list[float], spent_s: float, cpu: float) -> Result:
    cuts = statistics.quantiles(waits_ms, n=100)
    return Result(len(waits_ms) / spent_s, cpu / len(waits_ms) * 1e6, cuts[49], cuts[98])


def measure_django(venv: Path, size: int, *, seconds: float, clients: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="playhead-bench-") as data:
        here, python = Path(__file__).parent, venv / "bin/python"
        environment = {**os.environ, "OSS_CLARITY_DATA": data, "PYTHONPATH": str(here)}
        program = [str(python), str(here / "oss_clarity_site.py")]
        key = subprocess.run([*program, "make"], env=environment, capture_output=True, text=True, check=True).stdout
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        argv = [str(venv / "bin/gunicorn"), "-b", f"127.0.0.1:{port}", "-w", str(os.cpu_count()), "--threads", "8"]
        argv += ["-k", "gthread", "--keep-alive", "60", "oss_clarity_site:application"]
        process = subprocess.Popen(argv, env=environment, stderr=subprocess.DEVNULL, cwd=here)
        try:
            wait_for_port(port)
            chunk = {"key": key.strip(), "noise": random.Random(1).randbytes(size * 3 // 4).hex()}
            warm = asyncio.run(load(port, size, seconds=1, clients=clients, prefix="w", chunk=chunk))
            pids = [process.pid, *children(process.pid)]
            before_s = sum(map(cpu_s, pids))
            began_s = time.perf_counter()
            waits_ms = asyncio.run(load(port, size, seconds=seconds, clients=clients, prefix="m", chunk=chunk))
            spent_s, cpu = time.perf_counter() - began_s, sum(map(cpu_s, pids)) - before_s
        finally:
            process.terminate()
            process.wait()
        kept = subprocess.run([*program, "count"], env=environment, capture_output=True, text=True, check=True).stdout
        sent = len(warm) + len(waits_ms)
        if int(kept) < sent:
            print(f"oss-clarity answered {sent} chunks and kept {int(kept)}", file=sys.stderr)
        return result_of(waits_ms, spent_s, cpu)


def wait_for_port(port: int) -> None:
    end_s = time.monotonic() + 60
    while time.monotonic() < end_s:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def load(
    port: int, size: int, *, seconds: float, clients: int, prefix: str, chunk: dict[str, str] | None = None
) -> list[float]:
    """Send batches over `clients` connections for `seconds`; return every answer's wait in ms.

    `chunk`: send what oss-clarity takes instead, with its key and noise.
    """
    body = body_of(size)
    waits_ms: list[float] = []
    end_s = time.perf_counter() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        seq = 0
        while (sent_s := time.perf_counter()) < end_s:
            query = f"v=1&site=site&session=s_{prefix}{number}&page=p_1&seq={seq}&visitor=v_{number}"
            query += "&sent_ms=1760000000000&first_ms=1760000000000&last_ms=1760000000000&n=20"
            head = f"POST /ingest?{query} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
            sent = body
            if chunk:
                sent = chunk_of(chunk, f"{prefix}-{number}", seq)
                head = "POST /oc/r/ HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUser-Agent: Mozilla/5.0 "
                head += (
                    "(X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36\r\nContent-Type: text/plain\r\n"
                )
            writer.write(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
            status = await reader.readline()
            assert b" 200 " in status or b" 204 " in status, status
            length = 0
            while (line := await reader.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
            await reader.readexactly(length)
            waits_ms.append((time.perf_counter() - sent_s) * 1000)
            seq += 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return waits_ms


def chunk_of(chunk: dict[str, str], session: str, seq: int) -> bytes:
    facts = f'{{"key":"{chunk["key"]}","session_id":"{session}","page_id":"p-1","page_seq":0,"chunk_seq":{seq}'
    return f'{facts},"events":[{{"type":5,"timestamp":1,"data":"{chunk["noise"]}"}}]}}'.encode()


def body_of(size: int) -> bytes:
    """Return a gzip body of about `size` bytes: a JSON array of noise, which does not compress further."""
    noise = random.Random(1).randbytes(size * 3 // 4).hex()
    return gzip.compress(f'[{{"type":5,"timestamp":1,"data":"{noise}"}}]'.encode())


def serve(name: str, data: Path) -> None:
    import uvicorn

    from playhead.ingest.app import IngestApp
    from playhead.ingest.protocol import protocol_for

    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    app = SERVERS[name](data)
    http = protocol_for(app) if isinstance(app, IngestApp) else "httptools"  # as `playhead serve` does
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, http=http, log_level="error", lifespan="off", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def strict(data: Path) -> Any:
    """As `playhead`, of a site whose batches are inflated and scrubbed before they are durable."""
    return playhead(data, settings='{"privacy":"strict"}')


def playhead(data: Path, settings: str = "{}") -> Any:
    import sqlalchemy as sa

    from playhead.ingest.app import IngestApp
    from playhead.store import open_store
    from playhead.store.tables import sites

    store = open_store(data)
    with store.index.write() as connection:
        connection.execute(sa.insert(sites), {"key": "site", "name": "", "created_ms": 0, "settings": settings})
    return IngestApp(store)


def floor(data: Path) -> Any:
    """Append and sync for all that wait, then answer; no query read, no index, no packs."""
    waiting: queue.SimpleQueue[tuple[bytes, Future[None]]] = queue.SimpleQueue()

    def run() -> None:
        descriptor = os.open(data / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        while True:
            group = [waiting.get()]
            while not waiting.empty():
                group.append(waiting.get())
            os.write(descriptor, b"".join(body for body, _ in group))
            os.fdatasync(descriptor)
            for _, future in group:
                future.set_result(None)

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        parts, more = [], True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        future: Future[None] = Future()
        waiting.put((b"".join(parts), future))
        await asyncio.wrap_future(future)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"11")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":true}'})

    threading.Thread(target=run, daemon=True).start()
    return app


SERVERS = {"floor": floor, "playhead": playhead, "strict": strict}

if __name__ == "__main__":
    main()
