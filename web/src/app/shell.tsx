import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";

import { Sidebar } from "@/features/chat/sidebar/sidebar";
import { AccountMenu } from "@/features/session/account-menu";
import { sessionQuery } from "@/features/session/queries";
import { createCell } from "@/platform/cell";
import { useMediaQuery } from "@/platform/media";
import { readPreference, writePreference } from "@/platform/storage";
import { useCell } from "@/platform/use-cell";
import { IconButton } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { Panel, Plus, Steps, Wave } from "@/ui/icons";
import { ThemeToggle } from "@/ui/theme-toggle";

const WIDE = "(min-width: 768px)";

const drawerOpen = createCell(false);
const columnOpen = createCell(readPreference("sidebar") !== "closed");

function setColumnOpen(open: boolean): void {
  columnOpen.set(open);
  writePreference("sidebar", open ? null : "closed");
}

const closeDrawer = () => drawerOpen.set(false);

/** The frame around every signed-in page: a column of chats where there is room, a drawer where there is not. */
export function Shell({ onSignedOut }: { onSignedOut: () => void }) {
  const wide = useMediaQuery(WIDE);
  const column = useCell(columnOpen, (open) => open);
  const drawer = useCell(drawerOpen, (open) => open);
  const hide = () => (wide ? setColumnOpen(false) : drawerOpen.set(false));
  const sidebar = (
    <Sidebar
      onOpen={closeDrawer}
      action={
        <IconButton label="Hide chats" onClick={hide}>
          <Panel />
        </IconButton>
      }
      links={<PageLinks onOpen={closeDrawer} />}
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

const pageLink =
  "focus-ring mt-1 flex h-11 items-center gap-2.5 rounded-lg px-3 text-[15px] transition-colors hover:bg-well data-[status=active]:bg-well data-[status=active]:font-medium md:h-9 md:text-sm";

/** The pages beside the chats. Rollouts are for administrators only. */
function PageLinks({ onOpen }: { onOpen: () => void }) {
  const { person } = useSuspenseQuery(sessionQuery).data;
  return (
    <>
      <Link to="/talk" onClick={onOpen} className={pageLink}>
        <Wave className="size-4 text-leaf" /> Talk
      </Link>
      {person.role === "admin" && (
        <Link to="/rollouts" onClick={onOpen} className={pageLink}>
          <Steps className="size-4 text-leaf" /> Rollouts
        </Link>
      )}
    </>
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
