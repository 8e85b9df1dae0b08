import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import {
  actOnRollout,
  deleteRollout,
  listExamples,
  listProviders,
  listRollouts,
  listRoutes,
  putRollout,
  readDistribution,
  readHistory,
  readRollout,
  type Act,
  type Plan,
  type State,
} from "@/api/rollouts";

import { isInForce, isRunning } from "./states";

const RUNNING_MS = 2000;
const RESTING_MS = 15_000;
const SUGGESTIONS_MS = 30_000;

/** How often to look again: often while something moves by itself, now and then while somebody else may move it. */
export function pace(state: State | undefined): number | false {
  if (state === undefined) return false;
  if (isRunning(state)) return RUNNING_MS;
  return isInForce(state) || state === "planned" ? RESTING_MS : false;
}

const ALL = "rollouts";
const keyOf = (name: string) => ["rollout", name] as const;

export const rolloutsQuery = queryOptions({
  queryKey: [ALL],
  queryFn: listRollouts,
  refetchInterval: ({ state }) => (state.data?.some((rollout) => isRunning(rollout.state)) ? RUNNING_MS : RESTING_MS),
});

export const rolloutQuery = (name: string) =>
  queryOptions({
    queryKey: keyOf(name),
    queryFn: () => readRollout(name),
    refetchInterval: ({ state }) => pace(state.data?.state),
  });

/** Every move makes it another one, so that the last line of a rollout that has just ended is read, too. */
export const historyQuery = (name: string, state: State, step: number) =>
  queryOptions({
    queryKey: [...keyOf(name), "history", state, step],
    queryFn: () => readHistory(name),
    refetchInterval: pace(state),
    placeholderData: keepPreviousData,
  });

export const distributionQuery = (name: string, state: State, step: number, metric: string) =>
  queryOptions({
    queryKey: [...keyOf(name), "distribution", step, metric],
    queryFn: () => readDistribution(name, step, metric),
    refetchInterval: pace(state),
  });

/** Looked at less often, for somebody reads them. */
export const examplesQuery = (name: string, state: State) =>
  queryOptions({
    queryKey: [...keyOf(name), "examples"],
    queryFn: () => listExamples(name),
    refetchInterval: pace(state) && RESTING_MS,
  });

export const routesQuery = queryOptions({ queryKey: ["models", "routes"], queryFn: listRoutes, staleTime: SUGGESTIONS_MS });
export const providersQuery = queryOptions({ queryKey: ["providers"], queryFn: listProviders, staleTime: SUGGESTIONS_MS });

export function usePut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, plan }: { name: string; plan: Plan }) => putRollout(name, plan),
    onSuccess: (rollout) => {
      client.setQueryData(rolloutQuery(rollout.name).queryKey, rollout);
      return client.invalidateQueries({ queryKey: [ALL] });
    },
  });
}

export function useAct(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => actOnRollout(name, act),
    onMutate: () => client.cancelQueries({ queryKey: keyOf(name) }),
    onSuccess: (rollout) => client.setQueryData(rolloutQuery(name).queryKey, rollout),
    // A refusal, too, says that the page shows an old state.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keyOf(name) });
      void client.invalidateQueries({ queryKey: [ALL] });
    },
  });
}

export function useDelete(name: string, onDeleted: () => Promise<void>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => deleteRollout(name),
    onSuccess: async () => {
      await onDeleted();
      client.removeQueries({ queryKey: keyOf(name) });
      await client.invalidateQueries({ queryKey: [ALL] });
    },
  });
}
