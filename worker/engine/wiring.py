"""The parts that the steps work with, made from the settings once a process."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from worker.settings import Settings

if TYPE_CHECKING:
    from worker.http.client import Fetcher
    from worker.http.polite.politeness import Polite
    from worker.http.signed_post import Poster
    from worker.publication.sinks import Sink
    from worker.publication.stream import Stream
    from worker.store.database import Database
    from worker.store.snapshots import SnapshotFolder


@dataclass(frozen=True)
class Wiring:
    """Each part is loaded and opened when first used; `close` closes those that were."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        """The database, with the pool of this process."""
        from worker.store.database import Database

        return Database(self.settings.database_address)

    @cached_property
    def snapshots(self) -> SnapshotFolder:
        """Where the bytes are."""
        from worker.store.snapshots import SnapshotFolder

        return SnapshotFolder(self.settings.snapshot_address)

    @cached_property
    def fetcher(self) -> Fetcher:
        """The HTTP client."""
        from worker.http.client import Fetcher

        settings = self.settings
        return Fetcher(
            user_agent=settings.user_agent,
            timeout_seconds=settings.fetch_timeout_seconds,
            max_bytes=settings.fetch_max_bytes,
            max_redirects=settings.fetch_max_redirects,
        )

    @cached_property
    def polite(self) -> Polite:
        """The HTTP client, kept to what hosts can bear and to what they ask for."""
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        from worker.http.polite.budget import HostBudget
        from worker.http.polite.politeness import Polite
        from worker.http.polite.robots import Robots

        settings = self.settings
        # Short timeouts: without Redis each fetch goes on by itself, and must not wait long to find that out.
        client = redis.Redis.from_url(
            settings.redis_address, socket_timeout=2, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        lease = settings.fetch_timeout_seconds * 2 + 10  # a robots.txt and a page
        budget = HostBudget(client, gap_seconds=settings.host_gap_seconds, lease_seconds=lease)
        return Polite(self.fetcher, budget, Robots(self.fetcher, client))

    @cached_property
    def poster(self) -> Poster:
        """What posts to webhooks."""
        from worker.http.signed_post import Poster

        return Poster(user_agent=self.settings.user_agent)

    @cached_property
    def stream(self) -> Stream:
        """The Redis stream, also where it is no sink: on its server are the queues."""
        from worker.publication.stream import Stream

        found = next((sink for sink in self.sinks if isinstance(sink, Stream)), None)
        return found or Stream(self.settings.redis_address, dedupe_days=self.settings.dedupe_days)

    @cached_property
    def sinks(self) -> list[Sink]:
        """Where messages are published."""
        from worker.publication.sinks import open_sinks

        return open_sinks(self.settings)

    def close(self, *, forked: bool = False) -> None:
        """Closes what was opened; after a fork only the database needs it, and the parent's connections stay."""
        opened = self.__dict__
        if "database" in opened:
            self.database.close(forked=forked)
        if not forked:
            for name in ("fetcher", "polite", "poster", "stream"):
                if name in opened:
                    opened[name].close()
            for sink in opened.get("sinks", ()):
                sink.close()


def host() -> str:
    """This machine's name, by which its workers are told from those of others."""
    return socket.gethostname()
