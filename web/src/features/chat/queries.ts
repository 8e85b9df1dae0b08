import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { listConversations, readConversation } from "@/api/conversations";
import { listModels } from "@/api/models";

import type { LiveConversation } from "./live";

export const modelsQuery = queryOptions({ queryKey: ["models"], queryFn: listModels, staleTime: 30_000 });

export const conversationsQuery = infiniteQueryOptions({
  queryKey: ["conversations"],
  queryFn: ({ pageParam }) => listConversations(pageParam),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => (page.has_more ? (page.data.at(-1)?.id ?? null) : null),
});

export const conversationKey = (id: string) => ["conversation", id] as const;

/** Reads a conversation and hands its messages to the live one, which is what the page shows. */
export function conversationQuery(live: LiveConversation) {
  return queryOptions({
    queryKey: conversationKey(live.id),
    queryFn: async () => {
      const accept = live.beginLoad();
      const { messages, ...summary } = await readConversation(live.id);
      accept(messages);
      return summary;
    },
  });
}
