"""Locks: one message at a time per conversation, others in parallel, in one process and over Redis."""

import asyncio

import pytest

from bot.store.locks import ProcessLocks, RedisLocks, create_locks
from tests.conftest import REDIS, need_service


@pytest.fixture(params=["process", "redis"])
def make_locks(request):
    if request.param == "redis":
        need_service("redis", 6379)
        return lambda: RedisLocks(REDIS)
    return ProcessLocks


def test_messages_of_one_conversation_wait_for_each_other(make_locks):
    async def play() -> list[int]:
        locks, inside, most = make_locks(), 0, []

        async def message() -> None:
            nonlocal inside
            async with locks.lock("one"):
                inside += 1
                most.append(inside)
                await asyncio.sleep(0.005)
                inside -= 1

        await asyncio.gather(*(message() for _ in range(20)))
        return most

    assert max(asyncio.run(play())) == 1


def test_different_conversations_do_not_wait(make_locks):
    async def play() -> None:
        locks = make_locks()
        async with locks.lock("one"):
            await asyncio.wait_for(_enter(locks, "two"), 2)

    asyncio.run(play())


def test_a_lock_is_free_again_after_an_error(make_locks):
    async def play() -> None:
        locks = make_locks()
        with pytest.raises(RuntimeError):
            async with locks.lock("one"):
                raise RuntimeError
        await asyncio.wait_for(_enter(locks, "one"), 2)

    asyncio.run(play())


async def _enter(locks, name: str) -> None:
    async with locks.lock(name):
        pass


def test_redis_is_used_when_it_is_set():
    assert isinstance(create_locks(""), ProcessLocks)
    assert isinstance(create_locks("redis://127.0.0.1:1/0"), RedisLocks)
