// Threads that run one region at a time together: work is handed out in chunks, all meet at barriers, and between
// regions they sleep. One thread alone synchronises nothing.
#pragma once

#include <atomic>
#include <cstdlib>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace freehold {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Returns once `value` is no longer `seen`: watches it for a few microseconds, then sleeps.
void wait_until_changed(const std::atomic<uint32_t>& value, uint32_t seen);

// What the threads of a region share.
struct Meeting {
    alignas(128) std::atomic<int> next{0};  // first item not handed out
    alignas(128) std::atomic<int> arrived{0};
    alignas(128) std::atomic<uint32_t> phase{0};  // changes when all have arrived
};

// One thread's part in a region. All threads make the same calls in the same order.
class Team {
public:
    Team(Meeting& meeting, int index, int threads) : index(index), threads(threads), meeting_(meeting) {}

    const int index, threads;

    // Calls f(first, last) for parts of [0, count), `grain` items or fewer each, shared among the threads. Does not
    // wait until the others are done: `settle` and `meet` do, and so does the next `spread` before it begins.
    template <class F>
    void spread(int count, int grain, F&& f) {
        if (threads == 1) {
            if (count > 0) f(0, count);
            return;
        }
        if (spreading_) meet([] {});
        spreading_ = true;
        if (getenv("STATIC")) { int a = int64_t(count) * index / threads, b = int64_t(count) * (index + 1) / threads; if (a < b) f(a, b); return; }
        for (int first; (first = meeting_.next.fetch_add(grain, std::memory_order_relaxed)) < count;) {
            f(first, first + grain < count ? first + grain : count);
        }
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
        meeting_.next.store(0, std::memory_order_relaxed);
        // Sequentially consistent, so that notify_all sees whoever went to sleep before.
        meeting_.phase.fetch_add(1);
        meeting_.phase.notify_all();
    }

    double waited() const { return waited_; }  // seconds

private:
    static constexpr int64_t ALONE_ELEMENTS = 8192;

    void wait(uint32_t phase) {
        auto begin = Clock::now();
        wait_until_changed(meeting_.phase, phase);
        waited_ += seconds_since(begin);
    }

    Meeting& meeting_;
    bool spreading_ = false;
    double waited_ = 0;
};

class Pool {
public:
    // `threads` include the one that calls `run`. Where `pinned`, each of the others stays on one core.
    Pool(int threads, bool pinned);
    ~Pool();
    Pool(const Pool&) = delete;

    // Calls body(team) on this thread and threads - 1 others, and returns the seconds they waited for one another.
    template <class Body>
    double run(int threads, Body& body) {
        return run(threads, [](void* context, Team& team) { (*static_cast<Body*>(context))(team); }, &body);
    }

private:
    using Call = void (*)(void* context, Team& team);

    struct alignas(128) Worker {
        std::atomic<uint32_t> regions{0};  // how many it was called to
        double waited = 0;
        std::thread thread;
    };

    double run(int threads, Call call, void* context);
    void stop();
    void work(Worker& worker, int index);
    void take_part(int index, double& waited);

    Meeting meeting_;
    std::vector<Worker> workers_;
    Call call_ = nullptr;
    void* context_ = nullptr;
    int threads_ = 1;
    std::atomic<bool> stopping_{false};
};

}  // namespace freehold
