"""What the population register says of the demo's people, and of others."""

from datetime import UTC, datetime

from app.demo.data import people


def registered(key, *, at=None, **more):
    """The register's record of one of the demo's people, newer than the one that is stored."""
    records = people.register_records((at or datetime.now(UTC)).isoformat())
    number = next(person.number for person in people.PEOPLE if person.key == key)
    return {**next(record for record in records if record["number"] == number), **more}


async def tell(world, record, caller="population-register"):
    """Send a record of the register."""
    return await world.post(caller, "/api/people", record)
