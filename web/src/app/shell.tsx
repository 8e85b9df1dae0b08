import { Link, Outlet } from "@tanstack/react-router";

import { Sidebar } from "@/features/chat/sidebar/sidebar";
import { AccountMenu } from "@/features/session/account-menu";
import { createCell } from "@/platform/cell";
import { useMediaQuery } from "@/platform/media";
import { readPreference, writePreference } from "@/platform/storage";
import { useCell } from "@/platform/use-cell";
import { IconButton } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { Panel, Plus } from "@/ui/icons";
import { ThemeToggle } from "@/ui/theme-toggle";

const WIDE = "(min-width: 768px)";

const drawerOpen = createCell(false);
const columnOpen = createCell(readPreference("sidebar") !== "closed");

function setColumnOpen(open: boolean): void {
  columnOpen.set(open);
  writePreference("sidebar", open ? null : "closed");
}

/** The frame around every signed-in page: a column of chats where there is room, a drawer where there is not. */
export function Shell({ onSignedOut }: { onSignedOut: () => void }) {
  const wide = useMediaQuery(WIDE);
  const column = useCell(columnOpen, (open) => open);
  const drawer = useCell(drawerOpen, (open) => open);
  const hide = () => (wide ? setColumnOpen(false) : drawerOpen.set(false));
  const sidebar = (
    <Sidebar
      onOpen={() => drawerOpen.set(false)}
      action={
        <IconButton label="Hide chats" onClick={hide}>
          <Panel />
        </IconButton>
      }
      footer={
        <>
          <AccountMenu onSignedOut={onSignedOut} />
          <ThemeToggle />
        </>
      }
    />
  );
  return (
    <div className="flex min-h-0 flex-1">
      {wide && column && <aside className="w-68 shrink-0 border-r border-edge">{sidebar}</aside>}
      {!wide && (
        <Drawer open={drawer} onOpenChange={(open) => drawerOpen.set(open)} title="Chats">
          {sidebar}
        </Drawer>
      )}
      <Outlet />
    </div>
  );
}

/** The way back to a hidden sidebar, for the start of a page's header. */
export function HeaderStart() {
  const wide = useMediaQuery(WIDE);
  const column = useCell(columnOpen, (open) => open);
  if (wide && column) return null;
  return (
    <>
      <IconButton label="Show chats" onClick={() => (wide ? setColumnOpen(true) : drawerOpen.set(true))}>
        <Panel />
      </IconButton>
      <Link
        to="/"
        aria-label="New chat"
        title="New chat"
        className="focus-ring order-last ml-auto grid size-11 place-items-center rounded-lg text-soft transition-colors hover:bg-well hover:text-ink md:order-none md:ml-0 md:size-9"
      >
        <Plus />
      </Link>
    </>
  );
}
