"""Ledger: what a job may spend, what it has paid for already, and what it cost, in the store."""

from __future__ import annotations

import threading

import msgspec

from playhead.analyst.asking import Kept
from playhead.analyst.config import BudgetError
from playhead.core.report import Usage
from playhead.query.settings import load_budget
from playhead.store import Store
from playhead.store import job_rows as rows
from playhead.store.usage_rows import note_call, spent_in_month


class Reserved:
    """Tokens of questions that are under way, so that jobs side by side do not spend the same rest of a budget."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, int]] = {}

    def take(self, job_id: str, site: str, tokens: int, *, room: int | None) -> bool:
        with self._lock:
            others = sum(held for key, (where, held) in self._tokens.items() if where == site and key != job_id)
            if room is not None and others + tokens > room:
                return False
            self._tokens[job_id] = (site, tokens)
            return True

    def release(self, job_id: str) -> None:
        with self._lock:
            self._tokens.pop(job_id, None)


class TakenOver(Exception):
    """Another server has taken the job over: whoever ran it before asks no more, and stores nothing."""


class JobLedger:
    """The ledger of one job in one turn of it; `batch_tokens` is the batch's own limit, beside the month's."""

    turn = 0  # set when the job has begun

    def __init__(self, store: Store, job: rows.JobRow, reserved: Reserved, *, batch_tokens: int | None = None) -> None:
        self._store, self._job, self._reserved, self._batch_tokens = store, job, reserved, batch_tokens

    def find(self, digest: str) -> Kept | None:
        text = rows.find_answer(self._store.index, self._job.id, digest)
        return None if text is None else msgspec.json.decode(text, type=Kept)

    def allow(self, tokens: int) -> None:
        self._check_turn()
        self._check_batch(tokens)
        budget, now_ms = load_budget(self._store, self._job.site), self._store.now_ms()
        spent = spent_in_month(self._store.index, self._job.site, now_ms=now_ms)
        if budget.monthly_usd is not None and spent.cost_usd >= budget.monthly_usd:
            raise BudgetError(
                f"This month's budget of ${budget.monthly_usd:.2f} for the site is used up (${spent.cost_usd:.2f}):"
                " raise it on the usage page, or wait for the next month."
            )
        room = None if budget.monthly_tokens is None else budget.monthly_tokens - spent.tokens
        if not self._reserved.take(self._job.id, self._job.site, tokens, room=room):
            raise BudgetError(
                f"This question may take {tokens:,} tokens, and {max(0, room or 0):,} of this month's"
                f" {budget.monthly_tokens or 0:,} are left for the site: raise the budget on the usage page, or wait"
                " for the next month."
            )

    def _check_turn(self) -> None:
        if self.turn and not rows.is_my_turn(self._store.index, self._job.id, self.turn):
            raise TakenOver("Another server goes on with it, or it was stopped: reload the page to see how it went.")

    def _check_batch(self, tokens: int) -> None:
        if self._batch_tokens is None:
            return
        used, _ = rows.used_by_batch(self._store.index, self._job.parent)
        if used + tokens > self._batch_tokens:
            raise BudgetError(f"The {self._batch_tokens:,} tokens that were set aside for this run are used up.")

    def paid(self, digest: str, answer: Kept, *, whole: bool) -> None:
        index, job = self._store.index, self._job
        usage = Usage(answer.input_tokens, answer.output_tokens, 1, answer.cost_usd)
        note_call(index, site=job.site, purpose=job.kind, analyst=job.analyst, usage=usage, now_ms=self._store.now_ms())
        rows.add_usage(index, job.id, tokens=usage.input_tokens + usage.output_tokens, cost_usd=answer.cost_usd or 0.0)
        self._reserved.release(job.id)
        self._check_turn()
        if whole:
            text = msgspec.json.encode(answer).decode()
            rows.keep_answer(index, job.id, digest, session=job.session, answer=text)
