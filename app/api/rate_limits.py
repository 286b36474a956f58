"""Limits how many requests a client, a person and an address make, with a token bucket for each in this process.

A bucket holds `BURST_SECONDS` worth of requests and fills at the rate of its kind. Buckets are kept under keyed hashes,
so that neither a dump of the memory nor a log tells who called. https://www.rfc-editor.org/rfc/rfc6585#section-4
"""

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.access.caller import Caller, CallerKind
from app.errors import TooManyRequests

BURST_SECONDS: Final = 10
"""A bucket that is full holds the requests of so many seconds."""

MOST_BUCKETS: Final = 50_000
"""Buckets of one kind; of more, the half that was used least recently is forgotten, which only fills them up."""

IPV6_NETWORK: Final = 64
"""Bits of an IPv6 address that are one subscriber's."""


class Rates(NamedTuple):
    """Requests each second; 0 is no limit. `refusals` are requests from one address whose token is refused."""

    client: int = 0
    person: int = 0
    refusals: int = 0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class TokenBuckets:
    """A bucket for each key; `rate` is in requests each second, and without a rate every bucket is full."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._buckets: dict[bytes, _Bucket] = {}

    def require(self, key: str, *, taking: int = 1) -> None:
        """Take a request from a bucket; TooManyRequests if it is empty. `taking` 0 only looks."""
        if not self._rate or not key:
            return
        bucket = self._bucket(hashlib.blake2b(key.encode(), key=self._secret, digest_size=16).digest())
        if bucket.tokens < 1:
            raise TooManyRequests
        bucket.tokens -= taking

    def _bucket(self, key: bytes) -> _Bucket:
        now, burst = self._clock(), float(self._rate * BURST_SECONDS)
        bucket = self._buckets.pop(key, None) or _Bucket(burst, now)
        if len(self._buckets) >= MOST_BUCKETS:
            for oldest in list(self._buckets)[: MOST_BUCKETS // 2]:
                del self._buckets[oldest]
        self._buckets[key] = bucket
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        return bucket


class RateLimits:
    """The buckets of this process; `proxies` are the addresses whose X-Forwarded-For is believed."""

    def __init__(self, rates: Rates, proxies: Collection[str] = ()) -> None:
        self._clients = TokenBuckets(rates.client)
        self._people = TokenBuckets(rates.person)
        self._refusals = TokenBuckets(rates.refusals)
        self._proxies = frozenset(proxies)

    def require(self, caller: Caller) -> None:
        """Count a request of a client and of the person behind it; TooManyRequests if one of them has made too many."""
        # The person first: who has made too many does not use up those of the portal's other people.
        if caller.kind is not CallerKind.SYSTEM:
            number = caller.personal_number
            self._people.require(f"{number.system}|{number.value}" if number else caller.id)
        self._clients.require(caller.client or caller.id)

    def require_address(self, address: str) -> None:
        """TooManyRequests if too many tokens from an address have been refused."""
        self._refusals.require(address, taking=0)

    def refused(self, address: str) -> None:
        """Count a refused token."""
        self._refusals.require(address)

    def address(self, peer: str, forwarded_for: str) -> str:
        """The address of a client: the peer, or what a trusted proxy says; "" if that is not known.

        Of X-Forwarded-For the last address counts that is not a proxy's: a client can write the ones before it. A peer
        on loopback that is not named as a proxy is one all the same, and does not say for whom.
        """
        hops = [hop.strip() for hop in forwarded_for.split(",")] if peer in self._proxies else []
        named = next((hop for hop in reversed(hops) if hop not in self._proxies), "")
        try:
            address = ipaddress.ip_address(named or peer)
        except ValueError:
            return ""
        if address.is_loopback:
            return ""
        if address.version == 6:
            return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
        return str(address)
