import { useMutation, useSuspenseQuery } from "@tanstack/react-query";

import { signOut } from "@/api/session";
import { ChevronDown, SignOut } from "@/ui/icons";
import { Menu, MenuItem, MenuNote } from "@/ui/menu";

import { sessionQuery } from "./queries";

/** The signed-in person's name, and the way out. */
export function AccountMenu({ onSignedOut }: { onSignedOut: () => void }) {
  const { person, version } = useSuspenseQuery(sessionQuery).data;
  const leave = useMutation({ mutationFn: signOut, onSuccess: onSignedOut });
  const trigger = (
    <button
      type="button"
      aria-label={`Account: ${person.name}`}
      className="focus-ring flex h-11 min-w-0 flex-1 items-center gap-2.5 rounded-lg px-2 text-[15px] transition-colors hover:bg-well md:h-9 md:text-sm"
    >
      <span aria-hidden="true" className="grid size-7 shrink-0 place-items-center rounded-full bg-leaf-wash font-semibold text-leaf">
        {person.name.charAt(0).toUpperCase()}
      </span>
      <span className="truncate">{person.name}</span>
      <ChevronDown className="ml-auto size-4 text-soft" />
    </button>
  );
  return (
    <Menu trigger={trigger} side="top">
      <MenuNote>
        Freehold {version} · {person.role === "admin" ? "Administrator" : "Member"}
      </MenuNote>
      <MenuItem onSelect={() => leave.mutate()}>
        <SignOut className="size-4" /> Sign out
      </MenuItem>
    </Menu>
  );
}
