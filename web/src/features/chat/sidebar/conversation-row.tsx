import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { deleteConversation, renameConversation } from "@/api/conversations";
import type { ConversationSummary } from "@/api/types";
import { Confirm } from "@/ui/dialog";
import { Dots, Pencil, Trash } from "@/ui/icons";
import { Menu, MenuItem } from "@/ui/menu";

import { conversationKey, conversationsQuery } from "../queries";
import { useChatRuntime } from "../runtime";

interface ConversationRowProps {
  conversation: ConversationSummary;
  active: boolean;
  onOpen: () => void;
}

const UNTITLED = "New chat";

export function ConversationRow({ conversation: { id, title }, active, onOpen }: ConversationRowProps) {
  const [mode, setMode] = useState<"shown" | "renaming" | "deleting">("shown");
  const rename = useRename(id);
  const remove = useRemove(id, active);
  const name = (rename.isPending ? rename.variables : title) || UNTITLED;
  const saveTitle = (text: string) => {
    setMode("shown");
    if (text && text !== title) rename.mutate(text);
  };
  if (mode === "renaming") return <TitleField title={name} onDone={saveTitle} onCancel={() => setMode("shown")} />;
  return (
    <li className={`group flex items-center rounded-lg transition-colors ${active ? "bg-well" : "hover:bg-well/60"}`}>
      <Link
        to="/c/$id"
        params={{ id }}
        onClick={onOpen}
        aria-current={active ? "page" : undefined}
        title={name}
        className={`focus-ring min-w-0 flex-1 truncate rounded-lg py-3 pl-3 text-[15px] leading-5 md:py-2 md:text-sm ${active ? "font-medium" : ""}`}
      >
        {name}
      </Link>
      <Menu align="end" trigger={<OptionsButton name={name} shown={active} />}>
        <MenuItem onSelect={() => setMode("renaming")}>
          <Pencil className="size-4" /> Rename
        </MenuItem>
        <MenuItem danger onSelect={() => setMode("deleting")}>
          <Trash className="size-4" /> Delete
        </MenuItem>
      </Menu>
      <Confirm
        open={mode === "deleting"}
        onOpenChange={(open) => setMode(open ? "deleting" : "shown")}
        title="Delete this chat?"
        action="Delete"
        onConfirm={() => remove.mutate()}
      >
        “{name}” and all its messages will be gone for good.
      </Confirm>
    </li>
  );
}

function OptionsButton({ name, shown, ...props }: { name: string; shown: boolean } & React.ComponentProps<"button">) {
  return (
    <button
      type="button"
      aria-label={`Options for ${name}`}
      className={`focus-ring grid size-11 shrink-0 place-items-center rounded-lg text-soft hover:text-ink focus-visible:opacity-100 data-[state=open]:opacity-100 md:size-9 ${
        shown ? "" : "opacity-0 group-hover:opacity-100 pointer-coarse:opacity-100"
      }`}
      {...props}
    >
      <Dots className="size-4" />
    </button>
  );
}

interface TitleFieldProps {
  title: string;
  onDone: (title: string) => void;
  onCancel: () => void;
}

function TitleField({ title, onDone, onCancel }: TitleFieldProps) {
  const [text, setText] = useState(title);
  return (
    <li>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onDone(text.trim());
        }}
      >
        <input
          aria-label="Chat title"
          value={text}
          maxLength={200}
          autoFocus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => onDone(text.trim())}
          onKeyDown={(event) => event.key === "Escape" && onCancel()}
          className="h-11 w-full rounded-lg border border-leaf bg-sheet px-3 text-[15px] outline-none ring-1 ring-leaf md:h-9 md:text-sm"
        />
      </form>
    </li>
  );
}

function useRename(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => renameConversation(id, title),
    onSettled: () =>
      Promise.all([client.invalidateQueries(conversationsQuery), client.invalidateQueries({ queryKey: conversationKey(id) })]),
  });
}

function useRemove(id: string, active: boolean) {
  const client = useQueryClient();
  const runtime = useChatRuntime();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => deleteConversation(id),
    onSuccess: async () => {
      if (active) await navigate({ to: "/" });
      runtime.forget(id);
      client.removeQueries({ queryKey: conversationKey(id) });
      await client.invalidateQueries(conversationsQuery);
    },
  });
}
