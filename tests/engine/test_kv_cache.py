"""Pages: handed out, shared, kept for those who begin alike, reused in the right order."""

from engine.loops import greedy
from freehold.engine.loop.kv_cache import KVCache, PageTable
from freehold.engine.loop.prefixes import identify_pages
from freehold.nn import PAGE_SLOTS


def table_of(cache: KVCache, tokens: int, keys: list[bytes] | None = None) -> PageTable:
    table = PageTable(tokens)
    assert cache.grow(table, tokens)
    for index, key in enumerate(keys or []):
        cache.publish(table, index, key)
    return table


def test_a_table_grows_page_by_page_and_takes_nothing_it_cannot_have() -> None:
    cache = KVCache(3)
    table = PageTable(5 * PAGE_SLOTS)
    assert cache.grow(table, 1)
    assert cache.free_pages == 2
    assert cache.grow(table, PAGE_SLOTS)
    assert cache.free_pages == 2
    assert not cache.grow(table, 4 * PAGE_SLOTS)
    assert (table.count, cache.free_pages) == (1, 2)
    cache.release(table)
    assert (table.count, cache.free_pages) == (0, 3)


def test_a_released_page_is_found_again_until_its_place_is_needed() -> None:
    cache = KVCache(4)
    cache.release(table_of(cache, 2 * PAGE_SLOTS, [b"a", b"ab"]))
    assert cache.free_pages == 4
    assert len(cache.find([b"a", b"ab", b"abc"])) == 2
    table_of(cache, 3 * PAGE_SLOTS)
    assert len(cache.find([b"a", b"ab"])) == 1  # the leaf went first
    table_of(cache, PAGE_SLOTS)
    assert cache.find([b"a", b"ab"]) == []


def test_the_longest_unused_page_is_reused_first() -> None:
    cache = KVCache(3)
    for name in (b"a", b"b", b"c"):
        cache.release(table_of(cache, PAGE_SLOTS, [name]))
    again = PageTable(PAGE_SLOTS)
    cache.share(again, cache.find([b"a"]))
    cache.release(again)
    table_of(cache, PAGE_SLOTS)
    assert [bool(cache.find([name])) for name in (b"a", b"b", b"c")] == [True, False, True]


def test_a_shared_page_is_free_only_when_the_last_holder_lets_go() -> None:
    cache = KVCache(2)
    first = table_of(cache, PAGE_SLOTS, [b"a"])
    second = PageTable(2 * PAGE_SLOTS)
    cache.share(second, cache.find([b"a"]))
    assert second.pages[0] == first.pages[0]
    cache.release(first)
    assert cache.free_pages == 1
    cache.release(second)
    assert cache.free_pages == 2


def test_a_page_computed_twice_is_published_once() -> None:
    cache = KVCache(2)
    first, second = table_of(cache, PAGE_SLOTS, [b"a"]), table_of(cache, PAGE_SLOTS, [b"a"])
    assert cache.find([b"a"]) == [first.pages[0]]
    cache.release(first)
    cache.release(second)
    table_of(cache, PAGE_SLOTS)
    assert cache.find([b"a"])  # the page without a name was reused before it


def test_keys_stand_for_all_tokens_before_for_the_tenant_and_for_the_salt() -> None:
    tokens = list(range(40))
    base = greedy(tokens)
    others = [
        greedy([9, *tokens[1:]]),
        greedy(tokens, tenant="a"),
        greedy(tokens, cache_salt="a"),
        greedy(tokens, tenant="a", cache_salt="b"),
        greedy(tokens, tenant="ab"),
    ]
    for sequence in (base, *others):
        identify_pages(sequence)
    assert len(base.page_keys) == 2
    keys = [key for sequence in (base, *others) for key in sequence.page_keys]
    assert len(set(keys)) == len(keys)
    longer = greedy([*tokens, 1, 2, 3, 4, 5, 6, 7, 8])
    identify_pages(longer)
    assert longer.page_keys[:2] == base.page_keys
