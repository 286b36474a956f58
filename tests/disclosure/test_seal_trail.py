"""The sealed trail: every way to change it afterwards has a name, and sealing waits for nobody."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from app import jose
from app.background import in_background
from app.cli import audit
from app.disclosure.merkle import Leaf, Tampering, packed, root_of, unpacked
from app.disclosure.prune_trail import prune_trail
from app.disclosure.seal_trail import keep_trail, seal_trail
from app.disclosure.verify_trail import verify_trail
from app.errors import SamplanError
from app.storage import seal_rows
from app.storage.audit_rows import append
from app.storage.database import open_pool
from tests.builders.stored import audit_entry

KEY = jose.new_seal_key("trail-1")
KEYS = {"trail-1": KEY}


@pytest.fixture
async def pool(database):
    """The app's pool on a fresh database."""
    pool = await open_pool(database.app_url, size=2)
    yield pool
    await pool.close()


async def rows(pool, count=4, **given):
    """Write rows one by one, each at its own time."""
    for _ in range(count):
        await append(pool, [audit_entry(request=uuid4(), at=datetime.now(UTC), **given)])


async def seal(pool, later=0):
    """Seal what is not sealed."""
    return await seal_trail(pool, KEY, now=datetime.now(UTC) + timedelta(seconds=later))


async def named(pool, published=(), keys=None):
    """What the verification names."""
    return [finding async for finding in verify_trail(pool, KEYS if keys is None else keys, published)]


async def kinds(pool, published=()):
    """The kinds that it names, without the gaps of numbers, which have a test of their own."""
    return {finding.kind for finding in await named(pool, published) if "writer" not in finding.where}


async def as_owner(database, *statements):
    """What somebody who owns the tables does."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        return [await connection.fetch(statement) for statement in statements]
    finally:
        await connection.close()


async def test_a_trail_that_nobody_changed_holds(pool):
    """Sealed in parts, with rows after the last seal; a seal covers each row once."""
    await rows(pool)
    assert await seal(pool) == 4
    assert await seal(pool) == 0
    await rows(pool, 3)
    assert await seal(pool) == 3
    await rows(pool, 2)
    assert await named(pool) == []


INSERT = "INSERT INTO audit (patient, seq, request, phase, at, caller_kind, action) VALUES"
ADDED = f"{INSERT} ('anna', 3, gen_random_uuid(), 'intent', now(), 'staff', 'read')"
DATED_BACK = f"{INSERT} ('anna', nextval('audit_sequence'), gen_random_uuid(), 'intent', now() - interval '1 day', 'staff', 'read')"
WRITTEN = f"{INSERT} ('anna', nextval('audit_sequence'), gen_random_uuid(), 'intent', now(), 'staff', 'read')"

TAMPERINGS = {
    "edit": (Tampering.EDIT, "UPDATE audit SET caller = 'SE-OTHER' WHERE seq = 2"),
    "edit of what was shown": (Tampering.EDIT, "UPDATE audit SET shown = '[]' WHERE seq = 7"),
    "a time moved": (Tampering.EDIT, "UPDATE audit SET at = at - interval '1 minute' WHERE seq = 3"),
    "deletion": (Tampering.DELETION, "DELETE FROM audit WHERE seq IN (2, 3)"),
    "deletion of a seal": (Tampering.DELETION, "DELETE FROM audit_seal WHERE number = 1"),
    "reordering": (
        Tampering.REORDERING,
        "UPDATE audit SET seq = CASE seq WHEN 2 THEN 3 ELSE 2 END WHERE seq IN (2, 3)",
    ),
    "truncation": (Tampering.TRUNCATION, "DELETE FROM audit WHERE seq >= 6"),
    "insertion among sealed rows": (Tampering.INSERTION, ADDED),
    "insertion that is dated back": (Tampering.INSERTION, DATED_BACK),
    "a seal with other hashes": (Tampering.FORGED_SEAL, "UPDATE audit_seal SET leaves = leaves || leaves WHERE number = 2"),
    "a seal with half a hash": (Tampering.FORGED_SEAL, "UPDATE audit_seal SET leaves = 'x' WHERE number = 2"),
    "a seal of other rows": (Tampering.FORGED_SEAL, "UPDATE audit_seal SET last_seq = last_seq + 1 WHERE number = 2"),
    "a seal without signature": (Tampering.FORGED_SEAL, "UPDATE audit_seal SET signed = 'x.y.z' WHERE number = 2"),
    "seals in another order": (
        Tampering.FORGED_SEAL,
        "UPDATE audit_seal SET number = -number; UPDATE audit_seal SET number = 3 + number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_tampering_is_named(pool, database, name):
    """Each on a trail of two seals, by somebody who owns the tables."""
    kind, statements = TAMPERINGS[name]
    await rows(pool)
    await seal(pool)
    await rows(pool)
    await seal(pool)
    await as_owner(database, *statements.split("; "))

    assert kind in await kinds(pool)


async def test_a_row_that_is_dated_back_is_named_after_it_was_sealed_too(pool, database):
    """The sealer seals what it finds; the seal before it tells the time."""
    await rows(pool)
    await seal(pool)
    await as_owner(database, DATED_BACK)
    await seal(pool)

    assert await kinds(pool) == {Tampering.INSERTION}


async def test_a_row_that_was_deleted_before_its_seal_leaves_a_gap(pool, database):
    """Each writer numbers its rows; what is sealed after the deletion looks whole, and the numbers do not."""
    await rows(pool, 6)
    await as_owner(database, "DELETE FROM audit WHERE seq IN (SELECT min(seq) + 1 FROM audit)")
    await seal(pool)
    findings = await named(pool)

    assert [finding.kind for finding in findings] == [Tampering.DELETION]
    assert "writer" in findings[0].where


async def test_an_end_that_was_cut_off_with_its_seals_is_named_by_who_has_a_copy(pool, database):
    """Without a copy nobody can tell; with it the missing seals are named, and so is a seal that was made anew."""
    await rows(pool)
    await seal(pool)
    await rows(pool)
    await seal(pool)
    published = await seal_rows.signed_seals(pool, 0, 10)
    await as_owner(database, "DELETE FROM audit WHERE seq > 4", "DELETE FROM audit_seal WHERE number = 2")

    assert await named(pool) == []
    assert await kinds(pool, published) == {Tampering.TRUNCATION}
    await as_owner(database, "DELETE FROM audit_seal")
    await seal(pool, later=5)
    assert Tampering.FORGED_SEAL in await kinds(pool, published)


async def test_a_seal_by_an_unknown_key_is_forged(pool):
    """Whoever can write the table and has another key cannot make a seal."""
    await rows(pool)
    await seal_trail(pool, jose.new_seal_key("trail-1"), now=datetime.now(UTC))

    assert await kinds(pool) == {Tampering.FORGED_SEAL}


async def test_numbers_have_no_gap_where_a_write_was_rolled_back(pool):
    """A number that a failed statement or transaction took is given back."""
    await rows(pool, 2)
    for _ in range(3):
        async with pool.acquire() as connection:
            undone = connection.transaction()
            await undone.start()
            await connection.execute(WRITTEN)
            await undone.rollback()
    stale = audit_entry(phase="outcome", outcome="permit", facts_version=99)
    assert await append(pool, [audit_entry(), stale, audit_entry()]) != []
    await seal(pool)

    assert await named(pool) == []
    marks = await pool.fetch("SELECT mark FROM audit")
    assert len({row[0] for row in marks}) == 4


async def test_a_row_that_is_committed_late_is_sealed(pool, database):
    """A transaction that took a number and commits after others is waited for, or sealed the next time."""
    connection = await asyncpg.connect(database.app_url)
    late = connection.transaction()
    await late.start()
    await connection.execute(WRITTEN)
    await rows(pool, 2)
    sealing = asyncio.create_task(seal(pool))
    await asyncio.sleep(0.2)
    assert not sealing.done()
    await late.commit()
    await connection.close()

    assert await sealing == 3
    assert await named(pool) == []


async def eventually(look):
    """Look until something is there, at most ten seconds."""
    for _ in range(500):
        if await look():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def same_months(pool, before):
    """Whether the same months have a partition."""
    return await seal_rows.months(pool) == before


async def test_the_app_seals_again_after_whatever_went_wrong(pool, caplog):
    """The alarm is in the log each time, and the next time seals what was left."""
    await rows(pool)
    clock = iter([ZeroDivisionError, KeyError])

    def now():
        if error := next(clock, None):
            raise error
        return datetime.now(UTC)

    async with in_background(keep_trail(pool, KEY, seconds=0.01, now=now)):
        await eventually(lambda: seal_rows.signed_seals(pool, 0, 1))

    assert [record.alarm for record in caplog.records] == ["trail-not-sealed"] * 2
    assert await named(pool) == []


async def test_without_a_key_partitions_are_made_and_nothing_is_sealed(pool, database):
    """The months ahead are there when the app has started."""
    before = await seal_rows.months(pool)
    await as_owner(database, f"DROP TABLE trail.audit_{before[-1]}")
    await rows(pool)
    async with in_background(keep_trail(pool, None, seconds=0.01, now=lambda: datetime.now(UTC))):
        await eventually(lambda: same_months(pool, before))

    assert await seal_rows.signed_seals(pool, 0, 1) == []


async def test_many_rows_become_several_seals(pool):
    """Each seal follows the one before."""
    await append(pool, [audit_entry(request=uuid4(), at=datetime.now(UTC)) for _ in range(2500)])
    assert await seal(pool) == 2500
    assert len(await seal_rows.signed_seals(pool, 0, 10)) == 2
    assert await named(pool) == []


async def test_partitions_are_made_ahead_and_take_the_rows_that_waited(pool, database):
    """A row of a month without a partition waits in the default one, and moves; the seals still hold."""
    later = datetime.now(UTC).replace(day=15) + timedelta(days=120)
    await append(pool, [audit_entry(at=later)])
    await seal(pool)
    before = await as_owner(database, "SELECT count(*) FROM trail.audit_default")
    made = await seal_rows.make_partitions(pool, 6)
    after = await as_owner(database, "SELECT count(*) FROM trail.audit_default")

    assert (before[0][0][0], after[0][0][0]) == (1, 0)
    assert made == 4
    assert await seal_rows.make_partitions(pool, 6) == 0
    assert await named(pool) == []


async def old_month(pool, database, years):
    """Rows of a month so many years ago, in a partition of its own, sealed at that time; and rows of today."""
    month = (datetime.now(UTC) - timedelta(days=366 * years)).replace(day=5)
    first = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    name, last = f"audit_{first:%Y_%m}", first + timedelta(days=31)
    await as_owner(
        database, f"CREATE TABLE trail.{name} PARTITION OF audit FOR VALUES FROM ('{first}') TO ('{last:%Y-%m-01}')"
    )
    await append(pool, [audit_entry(request=uuid4(), at=month) for _ in range(3)])
    await seal_trail(pool, KEY, now=month)
    await rows(pool, 2)
    await seal(pool)
    return name


async def test_months_are_dropped_after_five_years_on_the_record(pool, database):
    """Each with its row in the trail; the trail holds, and what is younger stays."""
    await old_month(pool, database, 6)
    async with seal_rows.reader_pool(database.owner_url) as owner:
        assert len(await prune_trail(owner, "Karin", now=datetime.now(UTC))) == 1
        assert await prune_trail(owner, "Karin", now=datetime.now(UTC)) == []

    events = await pool.fetch("SELECT action, phase FROM audit ORDER BY seq")
    assert [tuple(row) for row in events][-2:] == [("prune", "intent"), ("prune", "outcome")]
    assert len(events) == 4
    assert await named(pool) == []


async def test_a_month_that_was_dropped_too_early_is_a_deletion(pool, database):
    """Also with a row that says that it was pruned; the command itself leaves it."""
    name = await old_month(pool, database, 2)
    async with seal_rows.reader_pool(database.owner_url) as owner:
        assert await prune_trail(owner, "Karin", now=datetime.now(UTC)) == []
    month = name.removeprefix("audit_")
    record = audit_entry(phase="outcome", outcome="permit", action="prune", id=month, at=datetime.now(UTC))
    await append(pool, [record])
    await as_owner(database, f"DROP TABLE trail.{name}")

    assert Tampering.DELETION in await kinds(pool)


async def test_a_tree_is_that_of_rfc_6962():
    """A leaf and a node are hashed differently, a lone node moves up, and another order is another root."""
    leaves = [Leaf(seq, bytes([seq] * 32)) for seq in range(1, 6)]
    text = packed(leaves)

    assert list(unpacked(text)) == leaves
    roots = {root_of(text[:cut]) for cut in range(0, len(text) + 1, 40)}
    assert len(roots) == 6
    assert root_of(text[40:80] + text[:40]) != root_of(text[:80])
    with pytest.raises(ValueError):
        list(unpacked(text[:-1]))


async def test_the_commands_make_a_key_seal_and_verify(pool, database, tmp_path, capsys):
    """The private key is the owner's alone; a changed row ends with 1 and its name."""
    await rows(pool)
    private, public, roots = (tmp_path / name for name in ("private.json", "public.json", "roots.json"))

    def run(*words):
        return asyncio.to_thread(audit.main, ["--database", database.app_url, *words], now=datetime.now(UTC))

    assert await run("key", str(private)) == 0
    public.write_text(capsys.readouterr().out)
    assert private.stat().st_mode & 0o777 == 0o600
    assert "d" not in json.loads(public.read_text())
    assert await run("key", str(private)) == 1
    assert await run("seal", "--key", str(private)) == 0
    roots.write_text(json.dumps({"seals": await seal_rows.signed_seals(pool, 0, 10)}))
    assert await run("verify", "--key", str(public), "--roots", str(roots)) == 0
    await as_owner(database, "UPDATE audit SET rule = 'x' WHERE seq = 1")
    assert await run("verify", "--key", str(public)) == 1
    assert "edit: row 1 was changed" in capsys.readouterr().out
    await rows(pool)
    assert await run("seal", "--key", str(public)) == 1
    assert "private" in capsys.readouterr().err


@pytest.mark.parametrize(
    "jwk", [None, {}, {"kty": "EC"}, {"kty": "OKP", "crv": "Ed25519"}, {"crv": "Ed25519", "kid": "x"}]
)
def test_a_key_that_is_none_is_refused(jwk):
    """With what it must be."""
    with pytest.raises(SamplanError, match="Ed25519"):
        jose.load_seal_key(jwk)
