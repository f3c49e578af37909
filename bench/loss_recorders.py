"""Recorders of bench/loss.py, many in one process: each keeps a batch until it is acknowledged, as the real one does.

`loss_recorders.py FIRST COUNT SECONDS SITE BOOK URL…` sends for that long, then until everything is acknowledged, and
writes each acknowledged batch into BOOK. Batches go in disorder, twice, from two tabs, by a clock that steps.
"""

import gzip
import http.client
import json
import random
import sys
import threading
import time
from urllib.parse import urlsplit

PAUSE_S = 0.3  # between two batches of a page
TIMEOUT_S = 8


def events_of(session: str, page: str, seq: int, clock_ms: int) -> list[dict]:
    """Return a batch: the first one of a page brings its snapshot, each one says which it is."""
    mark = {"type": 5, "timestamp": clock_ms + 2, "data": {"tag": "loss", "payload": [session, page, seq]}}
    if seq:
        move = {"source": 1, "positions": [{"x": seq % 300, "y": 9, "id": 3, "timeOffset": 0}]}
        return [{"type": 3, "timestamp": clock_ms + 1, "data": move}, mark]
    text = {"type": 3, "id": 4, "textContent": "Pay"}
    button = {"type": 2, "id": 3, "tagName": "button", "attributes": {}, "childNodes": [text]}
    html = {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": [button]}
    meta = {"href": f"https://shop.example/{page}", "width": 800, "height": 600}
    full = {"node": {"type": 0, "id": 1, "childNodes": [html]}, "initialOffset": {"top": 0, "left": 0}}
    return [
        {"type": 4, "timestamp": clock_ms, "data": meta},
        {"type": 2, "timestamp": clock_ms + 1, "data": full},
        mark,
    ]


class Page(threading.Thread):
    def __init__(self, number: int, until_s: float, site: str, urls: list[str]) -> None:
        super().__init__(daemon=True)
        self.session, self.page = f"s_{number // 2:04}", f"p_{number}"
        self.until_s, self.site, self.urls = until_s, site, urls
        self.dice = random.Random(number)
        self.acknowledged: list[int] = []
        self.refused: list[str] = []

    def run(self) -> None:
        seq = 0
        while time.time() < self.until_s:
            some = [seq, seq + 1, seq + 2]
            self.dice.shuffle(some)
            for one in some:
                self._keep_sending(one, ended=False)
                if self.dice.random() < 0.2:
                    self._keep_sending(one, ended=False)  # the answer got lost
                time.sleep(PAUSE_S * self.dice.random() * 2)
            seq += 3
        self._keep_sending(seq, ended=True)

    def _keep_sending(self, seq: int, *, ended: bool) -> None:
        wait_s = 0.1
        while not self._send(seq, ended):
            time.sleep(wait_s * self.dice.random())
            wait_s = min(wait_s * 2, 3.0)
        if seq not in self.acknowledged[-8:]:
            self.acknowledged.append(seq)

    def _send(self, seq: int, ended: bool) -> bool:
        step_ms = self.dice.choice((0, 0, 0, 0, -7_200_000, 3_600_000)) if seq % 11 == 10 else 0
        clock_ms = 1_760_000_000_000 + seq * 500
        body = gzip.compress(json.dumps(events_of(self.session, self.page, seq, clock_ms)).encode())
        query = f"v=1&site={self.site}&session={self.session}&page={self.page}&seq={seq}&n=2&visitor={self.page}"
        query += f"&first_ms={clock_ms}&last_ms={clock_ms + 2}&sent_ms={clock_ms + 100 + step_ms}&end={int(ended)}"
        where = urlsplit(self.dice.choice(self.urls)).netloc
        connection = http.client.HTTPConnection(where, timeout=TIMEOUT_S)
        try:
            connection.request("POST", f"/ingest?{query}", body)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if 400 <= answer.status < 500:
            self.refused.append(f"{answer.status} {text[:200]!r}")
        return answer.status == 200


def main() -> None:
    first, count, seconds, site, book, *urls = sys.argv[1:]
    until_s = time.time() + float(seconds)
    pages = [Page(number, until_s, site, urls) for number in range(int(first), int(first) + int(count))]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    with open(book, "w") as stream:  # noqa: PTH123
        for page in pages:
            row = {"session": page.session, "page": page.page, "seqs": page.acknowledged, "refused": page.refused}
            stream.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
