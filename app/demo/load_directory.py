"""Loads the demo's directory into the database, by the import that a real catalogue takes."""

from datetime import datetime

from app.demo.data.directory import directory
from app.directory.import_directory import Export, ExportedResource, import_directory
from app.errors import Fault, Unavailable
from app.storage.database import open_pool


async def load_directory(database_url: str, now: datetime) -> None:
    """Import every giver, unit and member of staff; Unavailable if the import refuses one."""
    export = Export("demo", now, lambda: (ExportedResource(line, body) for line, body in enumerate(directory(), 1)))
    pool = await open_pool(database_url, size=2)
    try:
        report = await import_directory(pool, export, operator="demo", now=now, progress=str)
    finally:
        await pool.close()
    if report.refused:
        faults = "; ".join(f"{fault.expression}: {fault.english}" for _, fault in report.refused)
        raise Unavailable(Fault("exception", f"Loading the directory: {faults}", "Katalogen kunde inte läsas in."))
