#include "pool.h"

#include <time.h>

#if defined(__linux__)
#include <sched.h>
#endif

namespace freehold {

namespace {

constexpr double WATCH_SECONDS = 200e-6;  // about what lies between two steps, and waking takes
constexpr double ALONE_SECONDS = 20e-6;

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
}

double thread_seconds() {
    timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return double(used.tv_sec) + 1e-9 * double(used.tv_nsec);
}

// Lets this thread go on on a core other than `taken`, if there is one. The system wakes a thread where its waker runs
// and may leave both there although a core is free.
void step_aside([[maybe_unused]] int taken) {
#if defined(__linux__)
    cpu_set_t allowed, others;
    if (sched_getcpu() != taken || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    others = allowed;
    CPU_CLR(taken, &others);
    if (CPU_COUNT(&others) == 0) return;
    sched_setaffinity(0, sizeof others, &others);  // moves it now
    sched_setaffinity(0, sizeof allowed, &allowed);
#endif
}

int this_core() {
#if defined(__linux__)
    return sched_getcpu();
#else
    return -1;
#endif
}

}  // namespace

double wait_until_changed(const std::atomic<uint32_t>& value, uint32_t seen) {
    auto begin = Clock::now();
    for (double waited = 0; waited < WATCH_SECONDS; waited = seconds_since(begin)) {
        for (int i = 0; i < 16; i++) {
            if (value.load(std::memory_order_acquire) != seen) return 0;
            pause();
        }
        // Whoever is waited for may be waiting for this core.
        if (waited > ALONE_SECONDS) std::this_thread::yield();
    }
    begin = Clock::now();
    value.wait(seen, std::memory_order_acquire);
    return seconds_since(begin);
}

Pool::Pool(int threads) : meeting_(threads), workers_(threads - 1) {
    try {
        for (int i = 0; i < threads - 1; i++) {
            workers_[i].thread = std::thread([this, i] { work(workers_[i], i + 1); });
        }
    } catch (...) {
        stop();
        throw;
    }
}

Pool::~Pool() { stop(); }

void Pool::stop() {
    stopping_ = true;
    for (Worker& worker : workers_) {
        if (!worker.thread.joinable()) continue;
        worker.regions.fetch_add(1);
        worker.regions.notify_one();
        worker.thread.join();
    }
}

Losses Pool::run(int threads, Call call, void* context) {
    call_ = call;
    context_ = context;
    threads_ = threads;
    caller_core_ = this_core();
    for (int i = 0; i < threads - 1; i++) {
        workers_[i].regions.fetch_add(1);
        workers_[i].regions.notify_one();
    }
    Losses losses;
    take_part(0, losses);
    for (int i = 0; i < threads - 1; i++) {
        losses.waited += workers_[i].losses.waited;
        losses.stolen += workers_[i].losses.stolen;
    }
    return losses;
}

void Pool::work(Worker& worker, int index) {
    for (uint32_t seen = 0;; seen++) {
        wait_until_changed(worker.regions, seen);
        if (stopping_) return;
        step_aside(caller_core_);
        take_part(index, worker.losses);
    }
}

void Pool::take_part(int index, Losses& losses) {
    Team team(meeting_, index, threads_);
    auto begin = Clock::now();
    double used = thread_seconds();
    call_(context_, team);
    double stolen = seconds_since(begin) - (thread_seconds() - used) - team.slept();
    losses = {team.waited(), stolen > 0 ? stolen : 0};
    team.meet([] {});
}

}  // namespace freehold
