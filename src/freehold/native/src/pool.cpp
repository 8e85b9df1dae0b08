#include "pool.h"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace freehold {

namespace {

constexpr double WATCH_SECONDS = 200e-6;

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
}

void pin([[maybe_unused]] std::thread& thread, [[maybe_unused]] int index) {
#if defined(__linux__)
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    int wanted = index % CPU_COUNT(&allowed), cpu = 0;
    for (; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && wanted-- == 0) break;
    }
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(thread.native_handle(), sizeof one, &one);
#endif
}

}  // namespace

void wait_until_changed(const std::atomic<uint32_t>& value, uint32_t seen) {
    auto begin = Clock::now();
    do {
        for (int i = 0; i < 16; i++) {
            if (value.load(std::memory_order_acquire) != seen) return;
            pause();
        }
    } while (seconds_since(begin) < WATCH_SECONDS);
    value.wait(seen, std::memory_order_acquire);
}

Pool::Pool(int threads, bool pinned) : workers_(threads - 1) {
    try {
        for (int i = 0; i < threads - 1; i++) {
            workers_[i].thread = std::thread([this, i] { work(workers_[i], i + 1); });
            if (pinned) pin(workers_[i].thread, i + 1);
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

double Pool::run(int threads, Call call, void* context) {
    call_ = call;
    context_ = context;
    threads_ = threads;
    for (int i = 0; i < threads - 1; i++) {
        workers_[i].regions.fetch_add(1);
        workers_[i].regions.notify_one();
    }
    double waited = 0;
    take_part(0, waited);
    for (int i = 0; i < threads - 1; i++) waited += workers_[i].waited;
    return waited;
}

void Pool::work(Worker& worker, int index) {
    for (uint32_t seen = 0;; seen++) {
        wait_until_changed(worker.regions, seen);
        if (stopping_) return;
        take_part(index, worker.waited);
    }
}

void Pool::take_part(int index, double& waited) {
    Team team(meeting_, index, threads_);
    call_(context_, team);
    waited = team.waited();
    team.meet([] {});
}

}  // namespace freehold
