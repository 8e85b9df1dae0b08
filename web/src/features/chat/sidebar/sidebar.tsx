import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useId, type ReactNode } from "react";

import { Button } from "@/ui/button";
import { Plus } from "@/ui/icons";
import { Wordmark } from "@/ui/mark";
import { Skeleton } from "@/ui/skeleton";

import { conversationsQuery } from "../queries";
import { ConversationRow } from "./conversation-row";
import { groupByDay, type DayGroup } from "./day-groups";

interface SidebarProps {
  /** Placed by the app beside the name, below "New chat" and at the foot. */
  action: ReactNode;
  links: ReactNode;
  footer: ReactNode;
  /** A chat was chosen, so a drawer may close. */
  onOpen: () => void;
}

export function Sidebar({ action, links, footer, onOpen }: SidebarProps) {
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-14 shrink-0 items-center justify-between pl-4 pr-2">
        <Wordmark />
        {action}
      </div>
      <div className="px-2.5 pb-1 pt-1">
        <Link
          to="/"
          onClick={onOpen}
          className="focus-ring flex h-11 items-center gap-2.5 rounded-lg border border-edge bg-sheet px-3 text-[15px] font-medium transition-colors hover:border-edge-strong md:h-9 md:text-sm"
        >
          <Plus className="size-4 text-leaf" /> New chat
        </Link>
        {links}
      </div>
      <nav aria-label="Chats" className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-4">
        <Conversations onOpen={onOpen} />
      </nav>
      <div className="flex items-center gap-1 border-t border-edge p-2">{footer}</div>
    </div>
  );
}

function Conversations({ onOpen }: { onOpen: () => void }) {
  const { id: activeId } = useParams({ strict: false });
  const { data, isPending, isError, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(conversationsQuery);
  if (isPending) return <Skeleton className="px-3 pt-6" widths={["70%", "85%", "55%", "75%", "62%"]} />;
  if (isError) {
    return (
      <p className="px-3 pt-5 text-sm text-soft">
        The chats could not be read. <Button onClick={() => void refetch()}>Try again</Button>
      </p>
    );
  }
  const conversations = data.pages.flatMap((page) => page.data);
  if (conversations.length === 0) return <p className="px-3 pt-5 text-sm leading-relaxed text-soft">Your chats will be listed here.</p>;
  return (
    <>
      {groupByDay(conversations, new Date()).map((group) => (
        <Group key={group.label} group={group} activeId={activeId} onOpen={onOpen} />
      ))}
      {hasNextPage && (
        <Button look="quiet" className="mt-3 w-full" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older chats
        </Button>
      )}
    </>
  );
}

function Group({ group, activeId, onOpen }: { group: DayGroup; activeId: string | undefined; onOpen: () => void }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="px-3 pb-1 pt-5 text-xs font-medium text-soft">
        {group.label}
      </h2>
      <ul className="space-y-px">
        {group.conversations.map((conversation) => (
          <ConversationRow key={conversation.id} conversation={conversation} active={conversation.id === activeId} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  );
}
