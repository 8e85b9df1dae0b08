/* Freehold's CPU executor: a decoder built from a spec, its weights, its paged key-value cache, and rows of logits.

   Every function that can fail returns 0, or the code of an error whose text freehold_message() gives on the same
   thread. Nothing aborts and nothing throws. A model is used by one thread at a time.

   A model is made by freehold_create, given each of its weights (freehold_set_weight) and a cache
   (freehold_set_cache), runs steps (freehold_forward), and is freed. */
#ifndef FREEHOLD_H
#define FREEHOLD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { FREEHOLD_OK = 0, FREEHOLD_INVALID = 1, FREEHOLD_NO_MEMORY = 2, FREEHOLD_FAILED = 3 };

/* Formats of weights; of a cache, f32, f16 or int8. */
enum {
    FREEHOLD_F32 = 0,
    FREEHOLD_F16 = 1,
    FREEHOLD_BF16 = 2,
    FREEHOLD_Q8_0 = 3,
    FREEHOLD_Q4_0 = 4,
    FREEHOLD_Q4_K = 5,
    FREEHOLD_Q6_K = 6,
    FREEHOLD_INT8 = 7
};
enum { FREEHOLD_SILU = 0, FREEHOLD_GELU = 1, FREEHOLD_GELU_TANH = 2 };
enum { FREEHOLD_PAGE_SLOTS = 16 };

/* Rotary positions: pair i of a head turns by position * frequencies[i]. pairs 0: no such positions. */
typedef struct {
    const float* frequencies; /* [pairs] */
    int32_t pairs;            /* the first 2 * pairs dimensions of a head turn */
    int32_t interleaved;      /* dimension 2i turns with 2i + 1, else i with i + pairs */
    float magnitude;          /* cosines and sines are multiplied by it */
} FreeholdRope;

/* freehold.models.DecoderSpec, flat; the fields are explained there. Pointers are read only by freehold_create. */
typedef struct {
    int32_t struct_bytes; /* sizeof(FreeholdSpec), so that a binding of another version is refused */
    int32_t vocab_size, hidden_size, layers, heads, kv_heads, head_dim, intermediate_size;
    int32_t layer_norm; /* else RMSNorm */
    int32_t activation;
    int32_t post_norms, parallel, qkv_bias, output_bias, feed_forward_bias, qk_norm, gated, tied_embeddings;
    float norm_eps, attention_scale, attention_softcap, logit_softcap, embedding_scale; /* a scale is never 0 */
    FreeholdRope rope, local_rope; /* local_rope, if it has pairs, is for layers with a window */
    const int32_t* windows;        /* [layers], or null */
    int32_t experts, experts_chosen, expert_size, experts_normalised, shared_size,
        first_expert_layer; /* experts 0: none */
    int32_t expert_groups, expert_groups_chosen;
    float expert_scale;
    int32_t kv_rank, q_rank, nope_dim, rope_dim, value_dim; /* latent attention; kv_rank 0: none */
} FreeholdSpec;

/* freehold.nn.FlatBatch. */
typedef struct {
    const int32_t* tokens;     /* [tokens_count] */
    const int32_t* starts;     /* [sequences + 1] */
    const int32_t* contexts;   /* [sequences] */
    const int32_t* pages;      /* [sequences, pages_each] */
    const int32_t* logit_rows; /* [logit_rows_count] */
    int32_t tokens_count, sequences, pages_each, logit_rows_count;
} FreeholdBatch;

typedef struct {
    double seconds;                   /* of all steps */
    double products, attention, rows; /* of those, on the calling thread; rows: norms, rotation, activations */
    double waited;                    /* what threads waited for one another, added up */
    int64_t steps;
    int64_t weight_bytes, cache_bytes, buffer_bytes; /* the first once a step was asked for */
    int32_t threads;                                 /* used by the next step */
    const char* instructions;                        /* "avx512", "avx2" or "portable" */
} FreeholdCounters;

typedef struct FreeholdModel FreeholdModel;

/* The text of this thread's latest error. */
const char* freehold_message(void);

/* A model without weights and cache, for `threads` threads. `instructions` names the instruction set to use; null: the
   best that this machine has. */
int freehold_create(const FreeholdSpec* spec, int32_t threads, const char* instructions, FreeholdModel** model);
void freehold_free(FreeholdModel* model);

/* Stores one weight: matrices [rows, columns] in the format `target`, vectors [rows, 1] always as f32. `name` is one of
   DecoderSpec.shapes(), but for latent attention: "blocks.<l>.k_up.<head>.weight" is [kv_rank, nope_dim], the
   transposed rows of that head, and "blocks.<l>.v_up.<head>.weight" is [value_dim, kv_rank]. */
int freehold_set_weight(FreeholdModel* model, const char* name, int32_t format, int32_t rows, int32_t columns,
                        const void* data, int64_t bytes, int32_t target);

/* Makes room for `pages` pages of keys and values, all forgotten. Memory is taken as pages are first written. */
int freehold_set_cache(FreeholdModel* model, int32_t pages, int32_t format);

/* One step: writes the batch's keys and values, and logits [logit_rows_count, vocab_size]. Refuses a batch that names a
   token, page or row that does not exist. */
int freehold_forward(FreeholdModel* model, const FreeholdBatch* batch, float* logits);

void freehold_counters(const FreeholdModel* model, FreeholdCounters* counters);

/* The `count` largest of each row of logits [rows, columns], largest first, of equals the smaller id first. */
int freehold_likeliest(const float* logits, int32_t rows, int32_t columns, int32_t count, int32_t* ids, float* values);
/* log(sum(exp(row))) of each row. */
int freehold_log_sum_exp(const float* logits, int32_t rows, int32_t columns, float* sums);

/* How many threads of `most` would be in use after each of `count` steps that took `seconds`, of which other processes
   took `stolen` from the threads together. */
int freehold_pace(int32_t most, int32_t count, const double* seconds, const double* stolen, int32_t* threads);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
