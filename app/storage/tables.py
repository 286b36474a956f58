"""Every table of the database; the migrations are compared with them, and statements are made from them.

A patient's rows are stored together (docs/decisions/0016-a-patients-rows-live-together.md); only the
tables of FOUND_OTHERWISE are not found by the patient. The policies of row-level security are
in `alembic/versions`.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from app.storage.item_codec import HEAD, HEAD_CHECK

metadata = MetaData()

CLASS = "category || '|' || kind || '|' || label"
"""The key of an item in the table `wall`; NULL, and so hidden from staff, if the category is unknown."""


FACT_KINDS = (
    "relation", "consent", "outer-block", "inner-block", "guardian", "outer-lifting", "inner-lifting", "emergency",
    "incapable", "closing",
)  # fmt: skip
"""The kinds of facts; `app.access.fact_kinds` says what each is."""


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _instant(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _resource_columns() -> list[Column[Any]]:
    """The columns of `resource` and `history`: the fields of `app.items.Item`, and columns for the database only.

    The values of `keys` and `refs` are separated by U+001E.
    """
    return [
        _text("patient"),
        _text("type"),
        _text("id"),
        Column("version", BigInteger, nullable=False),
        _instant("updated"),
        _instant("source_updated", null=True),
        _text("status", null=True),
        _instant("starts", null=True),
        _instant("ends", null=True),
        _text("giver", null=True),
        _text("unit", null=True),
        _text("category", null=True),
        _text("kind"),
        _text("label"),
        _instant("information_time", null=True),
        _text("keys"),
        _text("refs"),
        _text("source"),
        Column("deleted", Boolean, nullable=False),
        _text("body"),
        Column("class", Text, Computed(CLASS, persisted=True)),
        Column("head", Text, Computed(HEAD, persisted=True)),
    ]


resource = Table(
    "resource", metadata, *_resource_columns(),
    PrimaryKeyConstraint("patient", "type", "id"),
    CheckConstraint(HEAD_CHECK, name="resource_head"), Index("resource_by_start", "patient", "type", "starts"),
)  # fmt: skip

history = Table(
    "history", metadata, *_resource_columns(), PrimaryKeyConstraint("patient", "type", "id", "version"),
    CheckConstraint(HEAD_CHECK, name="history_head"),
)  # fmt: skip

location = Table(
    "location", metadata, _text("type"), _text("id"), _text("patient"), PrimaryKeyConstraint("type", "id"),
    Index("location_of_patient", "patient"),
)  # fmt: skip

identifier = Table(
    "identifier", metadata, _text("system"), _text("value"), _text("source"), _text("patient"), _text("type"),
    _text("id"), PrimaryKeyConstraint("system", "value", "source"),
)  # fmt: skip

actor = Table(
    "actor", metadata, _text("actor"), _text("type"), _instant("date"), _text("patient"), _text("id"),
    PrimaryKeyConstraint("actor", "type", "date", "patient", "id"), Index("actor_of_resource", "patient", "type", "id"),
)  # fmt: skip

person = Table(
    "person", metadata, _text("patient"), Column("birth_date", Date), Column("protected", Boolean),
    _text("number_system", null=True), _text("number_value", null=True),
    Column("facts", Text, nullable=False, server_default=""), _instant("registered", null=True),
    Column("identity", Text, nullable=False, server_default=""),
    Column("identity_version", BigInteger, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("patient"), CheckConstraint("patient <> ''", name="person_patient"),
)  # fmt: skip
"""`facts` is the JSON that a decision reads; triggers renew it with every change of `person` or `fact`.

`identity` is the JSON of what the population register says, as of `registered`; `protected` is NULL while nobody who
may say it has said it.
"""

protected_person = Table("protected_person", metadata, _text("patient"), PrimaryKeyConstraint("patient"))
"""The people with a protected identity, for the facts about their wards."""

guardianship = Table(
    "guardianship", metadata, _text("patient"), _text("guardian"), PrimaryKeyConstraint("patient", "guardian"),
    Index("guardianship_of_guardian", "guardian"),
)  # fmt: skip
"""The wards of each guardian, so that the guardian's protection moves their facts."""

facts_version = Table(
    "facts_version",
    metadata,
    _text("patient"),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("patient"),
)

fact = Table(
    "fact", metadata, _text("patient"), _text("id"), _text("kind"), _text("giver", null=True), _text("unit", null=True),
    _text("employee", null=True), _text("person", null=True), _instant("starts"), _instant("ends", null=True),
    _text("target", null=True), _text("reason", null=True), _text("recorded_by", null=True),
    _text("ended_by", null=True), _instant("information_from", null=True), _instant("information_to", null=True),
    _instant("informed", null=True), _instant("recorded", null=True),
    PrimaryKeyConstraint("patient", "id"), CheckConstraint("patient <> ''", name="fact_patient"),
    CheckConstraint(f"kind IN {FACT_KINDS}", name="fact_kind"),
    CheckConstraint(
        "(kind IN ('guardian', 'closing')) = (person IS NOT NULL) AND (kind = 'guardian') = (giver IS NULL)",
        name="fact_whose",
    ),
    CheckConstraint("(kind IN ('outer-lifting', 'inner-lifting')) = (target IS NOT NULL)", name="fact_target"),
)  # fmt: skip
"""The facts of a person with their times: care relations, consents, blocks and their liftings (`target` is the block),
emergency openings, incapacity, guardians by Patient id and guardians whose access is closed. `location` finds a fact's
person by its id, as of the type `Fact`.
"""

audit = Table(
    "audit", metadata, _text("patient"),
    Column("seq", BigInteger, autoincrement=True, server_default=text("nextval('audit_sequence')")),
    Column("request", UUID, nullable=False), _text("phase"), _instant("at"), _text("caller_kind"),
    _text("caller", null=True), _text("role", null=True), _text("giver", null=True), _text("unit", null=True),
    _text("purpose", null=True), _text("action"), _text("type", null=True), _text("id", null=True),
    _text("outcome", null=True), _text("rule", null=True), _text("shown", null=True), _text("changed", null=True),
    Column("hidden", Integer, nullable=False, server_default=text("0")), _text("sources", null=True),
    Column("facts_version", BigInteger), Column("givers", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("trace", UUID), Column("mark", Text, nullable=False, server_default=text("samplan_audit_mark()")),
    PrimaryKeyConstraint("patient", "at", "seq"),
    CheckConstraint("phase IN ('intent', 'outcome')", name="audit_phase"),
    CheckConstraint("outcome IN ('permit', 'deny', 'error')", name="audit_outcome"), Index("audit_by_seq", "seq"),
    Index("audit_by_time", "at", "request"), postgresql_partition_by="RANGE (at)",
)  # fmt: skip
"""The trail; its partitions, one for each month, are in the schema `trail`."""

audit_seal = Table(
    "audit_seal", metadata, Column("number", BigInteger, autoincrement=False, nullable=False),
    Column("first_seq", BigInteger, nullable=False), Column("last_seq", BigInteger, nullable=False),
    Column("leaves", LargeBinary, nullable=False), _text("signed"), PrimaryKeyConstraint("number"),
    CheckConstraint("first_seq <= last_seq", name="audit_seal_rows"),
)  # fmt: skip
"""The seals of the trail: the rows from `first_seq` to `last_seq`, the hashes of these, and the signed root."""

wall = Table(
    "wall", metadata, _text("role"), Column("own", JSONB, nullable=False), Column("other", JSONB, nullable=False),
    *(Column(ground, JSONB, nullable=False, server_default="{}") for ground in ("child", "incapable", "emergency")),
    PrimaryKeyConstraint("role"),
)  # fmt: skip
"""The classes that each role could be shown: `own` giver's, and other givers' on each ground, `other` by consent."""

client = Table(
    "client", metadata, _text("id"), _text("name"), _text("giver"), _text("unit", null=True),
    _text("issuer", null=True), Column("keys", JSONB), _text("jwks_url", null=True), _text("scopes"),
    Column("owns", JSONB, nullable=False), Column("copies", JSONB, nullable=False), _text("source", null=True),
    Column("properties", JSONB, nullable=False), Column("disabled", Boolean, nullable=False), _instant("updated"),
    PrimaryKeyConstraint("id"), CheckConstraint("keys IS NULL OR jwks_url IS NULL", name="client_keys"),
)  # fmt: skip
"""The registered client systems (`app.directory.registration`); the app's role may only read them."""

registry = Table(
    "registry", metadata, Column("singleton", Boolean, nullable=False, server_default=text("true")),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("singleton"), CheckConstraint("singleton", name="registry_only"),
)  # fmt: skip
"""One row, whose version a trigger renews with every change of `client` and `denied_token`."""

directory_entry = Table(
    "directory_entry", metadata, _text("type"), _text("id"), _text("hsa_id", null=True), _text("export"),
    _text("name"), _text("english", null=True), _text("parent", null=True), _text("kinds"),
    Column("tokens", ARRAY(Text), nullable=False), _text("digest"), _instant("source_updated"), _instant("updated"),
    Column("version", BigInteger, nullable=False), Column("number", BigInteger, nullable=False), _text("body"),
    PrimaryKeyConstraint("type", "id"), Index("directory_entry_by_token", "tokens", postgresql_using="gin"),
    Index("directory_entry_by_number", "number"),
)  # fmt: skip
"""The resources of the directory. `number` is the import that last changed one, `export` the export that it is from;
`parent` is an HSA-id, `kinds` those of `app.organisations`, `tokens` the values that a search compares."""

directory_name = Table(
    "directory_name", metadata, _text("type"), Column("name", Text(collation="C"), nullable=False), _text("id"),
    PrimaryKeyConstraint("type", "name", "id"), Index("directory_name_of", "type", "id"),
)  # fmt: skip
"""The names by which an entry of the directory is found, folded: a search compares their beginnings."""

directory_import = Table(
    "directory_import", metadata, Column("number", BigInteger, Identity(always=True), nullable=False), _instant("at"),
    _text("export"), _text("operator"), PrimaryKeyConstraint("number"),
)  # fmt: skip
"""The imports that changed the directory, with who ran each; the app asks for the newest number."""

denied_token = Table(
    "denied_token", metadata, _text("kind"), _text("value"), _instant("issued_before"), _text("reason"),
    PrimaryKeyConstraint("kind", "value"),
    CheckConstraint("kind IN ('jti', 'sub', 'client_id')", name="denied_token_kind"),
)  # fmt: skip
"""The revoked tokens: those with this claim that were issued before a time."""

used_id = Table("used_id", metadata, _text("id"), _instant("until"), PrimaryKeyConstraint("id"))
"""The ids of proofs and of tokens that are accepted once, as hashes, for as long as they could come again."""

FOUND_OTHERWISE = frozenset(
    {
        "location",
        "identifier",
        "actor",
        "audit_seal",
        "wall",
        "client",
        "registry",
        "directory_entry",
        "directory_name",
        "directory_import",
        "denied_token",
        "used_id",
    }
)
"""The only tables that are not found by the patient."""
