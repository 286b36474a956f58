"""Verifies the audit trail against its seals, and names what was done to it.

Reads as anyone who may read the trail; trusts the public keys and, if given, the seals that somebody else keeps.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from app import jose
from app.disclosure.merkle import SEAL_TYPE, Finding, Seal, Tampering, read_seal, root_of, unpacked
from app.disclosure.prune_trail import end_of_month, years_before
from app.storage import seal_rows
from app.storage.seal_rows import MOST_ROWS, SealedRow, SealRow

LATE_SECONDS: Final = 3600
"""A row that is this much older than the seal before it was not written when it says."""

SEALS_AT_ONCE: Final = 20


class _Chain(NamedTuple):
    """The last seal that was verified; the next one continues it."""

    number: int = 0
    last_seq: int = 0
    root: str = ""
    sealed: int = 0


async def verify_trail(
    pool: Any, keys: Mapping[str, jose.Key], published: Sequence[str] = ()
) -> AsyncIterator[Finding]:
    """Every sign that the trail was changed; none if it holds. `published` are signed seals kept elsewhere."""
    published_of = dict(_read_published(keys, published))
    chain, missing = _Chain(), list[int]()
    ends_pruned, pruned_seq = await _ends_pruned(pool), 0
    while stored := await seal_rows.seals_from(pool, chain.number, SEALS_AT_ONCE):
        for row in stored:
            seal = _read(keys, row)
            for finding in _seal_findings(chain, row, seal, published_of):
                yield finding
            rows = await seal_rows.rows_between(pool, row.first_seq, row.last_seq, 2 * MOST_ROWS)
            for finding in _row_findings(row, rows, chain, missing):
                yield finding
            if seal and seal.sealed <= ends_pruned:
                pruned_seq = row.last_seq
            chain = _Chain(row.number, row.last_seq, root_of(row.leaves), seal.sealed if seal else chain.sealed)
    for finding in await _end_findings(pool, chain, missing, published_of, pruned_seq):
        yield finding


def _read(keys: Mapping[str, jose.Key], row: SealRow) -> Seal | None:
    """The seal that was signed; None if the signature does not hold, or it is of other rows than the stored one."""
    payload = jose.unseal(row.signed, keys, typ=SEAL_TYPE)
    try:
        seal = read_seal(payload or b"")
    except ValueError:
        return None
    fits = (seal.number, seal.first_seq, seal.last_seq) == (row.number, row.first_seq, row.last_seq)
    return seal if fits and seal.root == root_of(row.leaves) else None


def _read_published(keys: Mapping[str, jose.Key], published: Iterable[str]) -> Iterator[tuple[int, str]]:
    for text in published:
        payload = jose.unseal(text, keys, typ=SEAL_TYPE)
        if payload is not None:
            yield read_seal(payload).number, text


def _seal_findings(
    chain: _Chain, row: SealRow, seal: Seal | None, published_of: Mapping[int, str]
) -> Iterator[Finding]:
    if row.number != chain.number + 1:
        yield Finding(Tampering.DELETION, f"seals {chain.number + 1} to {row.number - 1} are missing")
    elif seal is None or seal.previous != chain.root or seal.first_seq != chain.last_seq + 1:
        yield Finding(Tampering.FORGED_SEAL, f"seal {row.number} is not what was signed")
    if published_of.get(row.number, row.signed) != row.signed:
        yield Finding(Tampering.FORGED_SEAL, f"seal {row.number} is not the one that was published")


def _row_findings(row: SealRow, rows: Sequence[SealedRow], chain: _Chain, missing: list[int]) -> Iterator[Finding]:
    """What differs between the rows and a seal; the sequence numbers of missing rows are added to `missing`."""
    try:
        sealed = {leaf.seq: leaf.digest for leaf in unpacked(row.leaves)}
    except ValueError:
        return
    seq_of = {digest: seq for seq, digest in sealed.items()}
    seen: set[int] = set()
    for stored in rows:
        if stored.seq not in sealed or stored.seq in seen:
            yield Finding(Tampering.INSERTION, f"row {stored.seq} was added after its time was sealed")
        elif stored.digest != sealed[stored.seq] and stored.digest in seq_of:
            yield Finding(Tampering.REORDERING, f"row {stored.seq} holds what row {seq_of[stored.digest]} was")
        elif stored.digest != sealed[stored.seq]:
            yield Finding(Tampering.EDIT, f"row {stored.seq} was changed")
        elif stored.at < chain.sealed - LATE_SECONDS:
            yield Finding(Tampering.INSERTION, f"row {stored.seq} is dated before the seal that precedes it")
        seen.add(stored.seq)
    missing.extend(seq for seq in sealed if seq not in seen)


async def _ends_pruned(pool: Any) -> float:
    """Until when, in seconds since 1970, sealed rows may be missing: their months were dropped after their time.

    A month that was dropped too early counts as deletion. Rows are sealed a day after their month at the latest.
    """
    ends = [0.0]
    for month, at in await seal_rows.pruned(pool):
        end = end_of_month(month)
        if end <= years_before(at):
            ends.append((end + timedelta(days=1)).timestamp())
    return max(ends)


async def _end_findings(
    pool: Any, chain: _Chain, missing: Sequence[int], published_of: Mapping[int, str], pruned_seq: int
) -> list[Finding]:
    """What the end of the trail, the missing rows and the writers' numbers show."""
    findings = []
    newer = await seal_rows.rows_between(pool, chain.last_seq + 1, 2**62, 10 * MOST_ROWS)
    findings += [
        Finding(Tampering.INSERTION, f"row {row.seq} is dated before the last seal")
        for row in newer
        if row.at < chain.sealed - LATE_SECONDS
    ]
    for first, last in _ranges([seq for seq in missing if seq > pruned_seq]):
        is_end = last == chain.last_seq and not newer
        findings.append(Finding(Tampering.TRUNCATION if is_end else Tampering.DELETION, f"rows {first} to {last}"))
    if published_of and max(published_of) > chain.number:
        findings.append(
            Finding(Tampering.TRUNCATION, f"seals {chain.number + 1} to {max(published_of)} were published")
        )
    for writer, first, last, count in await seal_rows.marks_with_gaps(pool):
        if pruned_seq and count == last - first + 1:
            continue
        where = f"writer {writer} numbered its rows to {last}, and of these {count} from {first} on are left"
        findings.append(Finding(Tampering.DELETION, where))
    return findings


def _ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last number of each run; numbers that no row ever had do not part a run."""
    start = previous = None
    for number in numbers:
        if start is None or previous is None:
            start = number
        elif number != previous + 1:
            yield start, previous
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous
