// How many threads to use: fewer while other processes take cores away, more again when they are gone.
//
// While one thread waits for its core, all others wait for it at the next barrier. Where that costs more than the
// thread brings, one fewer is used; after a rest one more is tried for a few steps.
#pragma once

#include <algorithm>

namespace freehold {

class Pace {
public:
    explicit Pace(int most) : most_(most), threads_(most) {}

    int threads() const { return threads_; }

    // One step took `seconds`, of which its threads together were ready to run but did not for `stolen`.
    void observe(double seconds, double stolen) {
        if (most_ == 1) return;
        steps_++;
        elapsed_ += seconds;
        stolen_ += stolen;
        if (trying_ ? elapsed_ < TRY_SECONDS : steps_ < WINDOW_STEPS || elapsed_ < WINDOW_SECONDS) return;
        decide(stolen_ / elapsed_);
        steps_ = 0;
        elapsed_ = stolen_ = 0;
    }

private:
    // A window outlasts the few milliseconds for which the system may run two of the threads on one core.
    static constexpr int WINDOW_STEPS = 4;
    static constexpr double WINDOW_SECONDS = 0.06, TRY_SECONDS = 0.025, MOST_STOLEN = 0.25;
    // A failed try lasts a long step or TRY_SECONDS; rests are so long that tries cost a few hundredths of the time.
    static constexpr double REST_SECONDS = 0.6, RESTS_PER_TRY = 15;

    void decide(double loss) {
        bool tried = trying_;
        trying_ = false;
        rest_ -= elapsed_;
        if (threads_ > 1 && loss > MOST_STOLEN) {
            threads_--;
            rest_ = tried ? std::max(REST_SECONDS, RESTS_PER_TRY * elapsed_) : REST_SECONDS;
        } else if (threads_ < most_ && (tried || rest_ <= 0)) {
            threads_++;
            trying_ = true;
        }
    }

    int most_, threads_, steps_ = 0;
    double elapsed_ = 0, stolen_ = 0, rest_ = 0;  // seconds of steps
    bool trying_ = false;
};

}  // namespace freehold
