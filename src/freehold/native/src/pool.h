// Threads that run one region at a time together: work is handed out in parts, all meet at barriers, and between
// regions they sleep. One thread alone synchronises nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace freehold {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Returns once `value` is no longer `seen`: watches it for a fraction of a millisecond, then sleeps. The result is how
// many seconds it slept.
double wait_until_changed(const std::atomic<uint32_t>& value, uint32_t seen);

// What the threads of a region share.
struct Meeting {
    struct alignas(128) Share {
        std::atomic<int> taken{0};  // of the items that come to one thread first
    };

    explicit Meeting(int threads) : shares(threads) {}

    alignas(128) std::atomic<int> arrived{0};
    alignas(128) std::atomic<uint32_t> phase{0};  // changes when all have arrived
    std::vector<Share> shares;
};

// One thread's part in a region. All threads make the same calls in the same order.
class Team {
public:
    Team(Meeting& meeting, int index, int threads) : index(index), threads(threads), meeting_(meeting) {}

    const int index, threads;

    // Calls f(first, last) for parts of [0, count), `grain` items or fewer each. A thread goes through its own share
    // front to back, the same every time, so that it reads memory in order and finds in its caches what it left there;
    // then it helps the others. Does not wait until they are done: `settle` and `meet` do, and so does the next
    // `spread` before it begins.
    template <class F>
    void spread(int count, int grain, F&& f) {
        if (threads == 1) {
            if (count > 0) f(0, count);
            return;
        }
        if (spreading_) meet([] {});
        spreading_ = true;
        for (int i = 0; i < threads; i++) take((index + i) % threads, count, grain, f);
    }

    // After everyone has come here, calls f(row) for each of `rows`; everyone sees all of it when this returns. Few
    // rows, of `row_elements` numbers each, are cheaper for one thread than another barrier.
    template <class F>
    void settle(int rows, int64_t row_elements, F&& f) {
        auto part = [&](int first, int last) {
            for (int row = first; row < last; row++) f(row);
        };
        if (threads == 1 || rows <= 1 || rows * row_elements <= ALONE_ELEMENTS) return meet([&] { part(0, rows); });
        meet([] {});
        spread(rows, 1 + rows / (8 * threads), part);
        meet([] {});
    }

    // Waits for everyone; the last to arrive calls f before any goes on.
    template <class F>
    void meet(F&& f) {
        if (threads == 1) return f();
        spreading_ = false;
        uint32_t phase = meeting_.phase.load(std::memory_order_relaxed);
        if (meeting_.arrived.fetch_add(1, std::memory_order_acq_rel) + 1 < threads) return wait(phase);
        f();
        meeting_.arrived.store(0, std::memory_order_relaxed);
        for (int i = 0; i < threads; i++) meeting_.shares[i].taken.store(0, std::memory_order_relaxed);
        // Sequentially consistent, so that notify_all sees whoever went to sleep before.
        meeting_.phase.fetch_add(1);
        meeting_.phase.notify_all();
    }

    double waited() const { return waited_; }  // seconds
    double slept() const { return slept_; }    // seconds of these

private:
    static constexpr int64_t ALONE_ELEMENTS = 2048;

    template <class F>
    void take(int owner, int count, int grain, F& f) {
        auto begin_of = [&](int64_t thread) { return int(count * thread / threads); };
        int begin = begin_of(owner), size = begin_of(owner + 1) - begin;
        std::atomic<int>& taken = meeting_.shares[owner].taken;
        // Only looked at first, so that an empty share stays in all caches.
        while (taken.load(std::memory_order_relaxed) < size) {
            int first = taken.fetch_add(grain, std::memory_order_relaxed);
            if (first < size) f(begin + first, begin + (first + grain < size ? first + grain : size));
        }
    }

    void wait(uint32_t phase) {
        auto begin = Clock::now();
        slept_ += wait_until_changed(meeting_.phase, phase);
        waited_ += seconds_since(begin);
    }

    Meeting& meeting_;
    bool spreading_ = false;
    double waited_ = 0, slept_ = 0;
};

// What a region's threads lost, added up, in seconds.
struct Losses {
    double waited = 0;  // for one another
    double stolen = 0;  // ready to run while others had the core
};

class Pool {
public:
    explicit Pool(int threads);  // the one that calls `run` among them
    ~Pool();
    Pool(const Pool&) = delete;

    // Calls body(team) on this thread and threads - 1 others, and returns what they lost.
    template <class Body>
    Losses run(int threads, Body& body) {
        return run(threads, [](void* context, Team& team) { (*static_cast<Body*>(context))(team); }, &body);
    }

private:
    using Call = void (*)(void* context, Team& team);

    struct alignas(128) Worker {
        std::atomic<uint32_t> regions{0};  // how many it was called to
        Losses losses;
        std::thread thread;
    };

    Losses run(int threads, Call call, void* context);
    void stop();
    void work(Worker& worker, int index);
    void take_part(int index, Losses& losses);

    Meeting meeting_;
    std::vector<Worker> workers_;
    Call call_ = nullptr;
    void* context_ = nullptr;
    int threads_ = 1;
    int caller_core_ = -1;
    std::atomic<bool> stopping_{false};
};

}  // namespace freehold
