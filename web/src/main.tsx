import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError, onSignedOut } from "@/api/http";
import { createAppRouter, searchFor } from "@/app/router";
import { conversationKey, conversationsQuery } from "@/features/chat/queries";
import { ChatProvider, ChatRuntime } from "@/features/chat/runtime";
import { trackVisibleHeight } from "@/platform/media";

import "@/app/styles.css";

const MAX_RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    // The server may run on this very machine: being offline is no reason not to ask it.
    queries: { networkMode: "always", retry: (failures, error) => !isRefusal(error) && failures < MAX_RETRIES },
    mutations: { networkMode: "always" },
  },
});

const chat = new ChatRuntime(({ id, inDoubt }) => {
  void client.invalidateQueries(conversationsQuery);
  if (inDoubt) void client.invalidateQueries({ queryKey: conversationKey(id) });
});

const router = createAppRouter({ client, chat });

onSignedOut(() => {
  if (router.state.location.pathname === "/sign-in") return;
  void router.navigate({ to: "/sign-in", search: searchFor(router.state.location.href) });
});

function isRefusal(error: Error): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

trackVisibleHeight();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ChatProvider runtime={chat}>
        <RouterProvider router={router} />
      </ChatProvider>
    </QueryClientProvider>
  </StrictMode>,
);
