// How many threads to use: fewer while another process takes a core away, more again later.
//
// A thread whose core is shared keeps all others waiting at every barrier. Where that costs more than the thread
// brings, one fewer is used; after a while, longer each time it fails, one more is tried.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace freehold {

class Pace {
public:
    explicit Pace(int most) : most_(most), threads_(most) {}

    int threads() const { return threads_; }

    // One step took `seconds`; its threads together waited for one another for `waited` seconds.
    void observe(double seconds, double waited) {
        if (most_ == 1 || getenv("NOPACE")) return;
        steps_++;
        elapsed_ += seconds;
        if (threads_ > 1) lost_ += waited / (threads_ - 1);  // of all threads but the one waited for
        if (steps_ < WINDOW_STEPS || elapsed_ < WINDOW_SECONDS) return;
        decide(lost_ / elapsed_);
        steps_ = 0;
        elapsed_ = lost_ = 0;
    }

private:
    static constexpr int WINDOW_STEPS = 4;
    static constexpr double WINDOW_SECONDS = 0.02, SHORTEST_REST = 1, LONGEST_REST = 60;

    void decide(double loss) {
        bool probed = probing_;
        probing_ = false;
        rested_ += elapsed_;
        if (threads_ > 1 && loss > std::max(0.25, 0.8 / threads_)) {
            threads_--;
            rest_ = probed ? std::min(2 * rest_, LONGEST_REST) : SHORTEST_REST;
            rested_ = 0;
        } else if (threads_ < most_ && (probed || rested_ >= rest_)) {
            threads_++;
            probing_ = true;
        }
    }

    int most_, threads_, steps_ = 0;
    double elapsed_ = 0, lost_ = 0, rested_ = 0, rest_ = SHORTEST_REST;  // seconds of steps
    bool probing_ = false;
};

}  // namespace freehold
