import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect, useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, Suspense } from "react";

import { ApiError } from "@/api/http";
import type { Session } from "@/api/types";
import { ConversationPage, NewChatPage } from "@/features/chat/chat-page";
import type { ChatRuntime } from "@/features/chat/runtime";
import { forgetDrafts } from "@/features/rollouts/drafts";
import { NewRolloutPage, PlanPage } from "@/features/rollouts/plan-pages";
import { RolloutPage } from "@/features/rollouts/rollout-page";
import { RolloutsPage } from "@/features/rollouts/rollouts-page";
import { sessionQuery } from "@/features/session/queries";
import { SignIn } from "@/features/session/sign-in";

import { ConnectionBanner } from "./connection-banner";
import { Problem } from "./problem";
import { HeaderStart, Shell } from "./shell";

// Not everybody talks, and the chat need not wait for it.
const TalkPage = lazy(async () => ({ default: (await import("@/features/talk/talk-page")).TalkPage }));

export interface Services {
  client: QueryClient;
  chat: ChatRuntime;
}

const root = createRootRouteWithContext<Services>()({
  component: Root,
  errorComponent: RootProblem,
  notFoundComponent: () => <Problem error={new Error("There is no page at this address.")} onRetry={() => location.assign("/")} />,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } => (isOwnPath(search.next) ? { next: search.next } : {}),
  component: SignInPage,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: SignedIn,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw redirect({ to: "/sign-in", search: searchFor(location.href) });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  component: () => <NewChatPage leading={<HeaderStart />} />,
});

const conversation = createRoute({ getParentRoute: () => signedIn, path: "/c/$id", component: OneConversation });

const talk = createRoute({
  getParentRoute: () => signedIn,
  path: "/talk",
  validateSearch: (search: Record<string, unknown>): { model?: string } => (typeof search.model === "string" ? { model: search.model } : {}),
  component: Talk,
});

const rollouts = createRoute({
  getParentRoute: () => signedIn,
  path: "/rollouts",
  component: () => <RolloutsPage leading={<HeaderStart />} />,
});

const rollout = createRoute({ getParentRoute: () => signedIn, path: "/rollouts/$name", component: OneRollout });

const rolloutPlan = createRoute({ getParentRoute: () => signedIn, path: "/rollouts/$name/plan", component: OnePlan });

// Beside the rollouts and not below them, for a rollout may have any name.
const newRollout = createRoute({
  getParentRoute: () => signedIn,
  path: "/new-rollout",
  component: () => <NewRolloutPage leading={<HeaderStart />} />,
});

const pages = [home, conversation, talk, rollouts, rollout, rolloutPlan, newRollout] as const;

export function createAppRouter(services: Services) {
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn.addChildren(pages)]),
    context: services,
    defaultPendingMs: 400,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

/** Where to return after signing in; the front page needs no mention. */
export function searchFor(href: string): { next?: string } {
  return href === "/" || href.startsWith("/sign-in") ? {} : { next: href };
}

/** A path of this site: `//host` and absolute addresses would lead elsewhere. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}

function Root() {
  const { client } = root.useRouteContext();
  return (
    <div className="flex h-(--viewport-height) flex-col">
      <ConnectionBanner onReturn={() => void client.invalidateQueries()} />
      <Outlet />
    </div>
  );
}

function RootProblem({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <div className="flex h-(--viewport-height)">
      <Problem error={error instanceof Error ? error : new Error("Something unexpected happened.")} onRetry={() => void router.invalidate()} />
    </div>
  );
}

function SignedIn() {
  const { client, chat } = root.useRouteContext();
  const navigate = useNavigate();
  const leave = async () => {
    await navigate({ to: "/sign-in" });
    chat.forgetAll();
    forgetDrafts();
    client.clear();
  };
  return <Shell onSignedOut={() => void leave()} />;
}

function SignInPage() {
  const { client, chat } = root.useRouteContext();
  const { next = "/" } = signIn.useSearch();
  const router = useRouter();
  const enter = (session: Session) => {
    const before = client.getQueryData(sessionQuery.queryKey);
    if (before && before.person.id !== session.person.id) {
      chat.forgetAll();
      forgetDrafts();
      client.clear();
    }
    client.setQueryData(sessionQuery.queryKey, session);
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    router.history.push(next);
  };
  return <SignIn onSignedIn={enter} />;
}

function OneConversation() {
  const { id } = conversation.useParams();
  return <ConversationPage key={id} id={id} leading={<HeaderStart />} />;
}

function Talk() {
  const { model } = talk.useSearch();
  return (
    <Suspense fallback={<main className="flex-1" />}>
      <TalkPage leading={<HeaderStart />} model={model} />
    </Suspense>
  );
}

function OneRollout() {
  const { name } = rollout.useParams();
  return <RolloutPage key={name} name={name} leading={<HeaderStart />} />;
}

function OnePlan() {
  const { name } = rolloutPlan.useParams();
  return <PlanPage key={name} name={name} leading={<HeaderStart />} />;
}
