"""One message at a time per conversation. Owns waiting; Rasa's own stores poll once a second, these do not.

In one process an asyncio lock (first come, first served); between processes Redis, by redis-py's own lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError
from redis.asyncio import Redis
from redis.exceptions import LockError as RedisLockError


class ProcessLocks(InMemoryLockStore):
    """Locks within this process."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1) -> AsyncIterator[TicketLock]:
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = self._locks[conversation_id] = asyncio.Lock()
        async with lock:
            yield TicketLock(conversation_id)


class RedisLocks(InMemoryLockStore):
    """Locks that all processes see. A holder that dies frees the lock after `lock_lifetime` seconds."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = Redis.from_url(url)

    @asynccontextmanager
    async def lock(self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1) -> AsyncIterator[TicketLock]:
        lock = self._redis.lock(f"kiem:conversation:{conversation_id}", timeout=lock_lifetime, blocking_timeout=lock_lifetime, sleep=0.02)
        if not await lock.acquire():
            raise LockError(f"Waited {lock_lifetime} s for the conversation's other message.")
        try:
            yield TicketLock(conversation_id)
        finally:
            try:
                await lock.release()
            except RedisLockError as error:  # it ran out while we worked: the next message may already hold it
                raise LockError("The message took longer than its lock lives.") from error

    async def close(self) -> None:
        await self._redis.close()


def create_locks(redis_url: str) -> ProcessLocks | RedisLocks:
    return RedisLocks(redis_url) if redis_url else ProcessLocks()
