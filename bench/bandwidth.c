// How fast threads read memory: each adds up its own part of a buffer, as four streams, prefetching ahead or not.
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STREAMS = 4, STEP_WORDS = 32 };

typedef struct {
    const uint64_t *words;
    size_t count, ahead_words;
    uint64_t sum;
} Part;

static void *read_part(void *argument) {
    Part *part = argument;
    const size_t stream = part->count / STREAMS;
    uint64_t sums[8] = {0};
    for (size_t i = 0; i + STEP_WORDS <= stream; i += STEP_WORDS)
        for (int s = 0; s < STREAMS; s++)
            for (int w = 0; w < STEP_WORDS; w += 8) {
                const uint64_t *line = part->words + s * stream + i + w;
                __builtin_prefetch(line + part->ahead_words);
                for (int k = 0; k < 8; k++) sums[k] += line[k];
            }
    for (int k = 0; k < 8; k++) part->sum += sums[k];
    return NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Bytes per second of the fastest pass; 0 without memory.
double read_bandwidth(size_t bytes, int threads, int passes) {
    uint64_t *words = aligned_alloc(64, bytes);
    if (!words) return 0;
    memset(words, 1, bytes);
    const size_t aheads[] = {0, 128, 512, 2048}, share = bytes / sizeof *words / threads;
    double best = 0;
    for (int pass = 0; pass < 4 * passes; pass++) {
        pthread_t ids[threads];
        Part parts[threads];
        const double started = now();
        for (int t = 0; t < threads; t++) {
            parts[t] = (Part){words + t * share, share, aheads[pass % 4], 0};
            pthread_create(&ids[t], NULL, read_part, &parts[t]);
        }
        for (int t = 0; t < threads; t++) pthread_join(ids[t], NULL);
        const double rate = bytes / (now() - started);
        if (rate > best) best = rate;
    }
    free(words);
    return best;
}
