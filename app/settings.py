"""Every setting of the web app; the entry points read them from the environment and pass on their values."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings; the variable of each is `SAMPLAN_` and its name in capitals (docs/settings.md)."""

    model_config = SettingsConfigDict(env_prefix="SAMPLAN_", frozen=True)

    database_url: str = Field(description="PostgreSQL, as a role that owns no table: postgresql://user:secret@host/db.")
    database_pool: int = Field(default=8, ge=2, le=64, description="Connections of one process.")
    database_seconds: float = Field(
        default=1.5, gt=0, le=60, description="Seconds that one request may wait for the database in all."
    )
    base_url: str = Field(description="The address that clients use; the Host header is never used.")
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, description="The port to listen on.")
    issuers: Path | None = Field(default=None, description="TOML file of token issuers (docs/tokens.md).")
    issuer: str | None = Field(default=None, description="Instead: one issuer for every caller, exactly as in `iss`.")
    jwks_url: str | None = Field(default=None, description="Where that issuer's public keys are.")
    audience: str = Field(description="The one `aud` that a token must name.")
    trusted_proxies: str = Field(default="", description="Addresses of the proxies before the app, comma between.")
    certificate_header: str = Field(
        default="", description="The header in which a trusted proxy hands over the client's certificate."
    )
    sources: Path | None = Field(default=None, description="TOML file of external sources (docs/federation.md).")
    source_deadline: float = Field(
        default=5.0, gt=0, le=30, description="Seconds within which all sources must answer."
    )
    source_bytes: int = Field(default=5_000_000, gt=0, description="Most bytes of a source's answer.")
    body_bytes: int = Field(default=5_000_000, gt=0, description="Most bytes of a request body.")
    person_items: int = Field(
        default=100_000, gt=0, description="Most items that one care giver may store about one person."
    )
    audit_seal_key: Path | None = Field(
        default=None, description="File with the private key (JWK, Ed25519) that seals the audit trail."
    )
    audit_seal_seconds: float = Field(default=30.0, gt=0, description="Seconds between two seals of the audit trail.")
    rate_client: int = Field(default=0, ge=0, description="Requests each second of one client; 0 is no limit.")
    rate_person: int = Field(
        default=0, ge=0, description="Requests each second of one person or employee; 0 is no limit."
    )
    rate_refusals: int = Field(
        default=0, ge=0, description="Refused tokens each second from one address; 0 is no limit."
    )
    cors_origins: str = Field(default="", description="Origins of web sites whose scripts may call, comma between.")
    demo_identity: str | None = Field(
        default=None, description="Origin of the demo's identity provider, for the page; demo only."
    )
    production: bool = Field(default=False, description="Refuse everything that only the demo may do.")


def setting_faults(error: Exception) -> list[str]:
    """What the error of wrong settings says: a sentence for each that begins with its name, without its value."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    return [f"SAMPLAN_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}." for fault in error.errors()]
