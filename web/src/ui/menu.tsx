import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";

import { Check } from "./icons";

const item =
  "relative flex min-h-11 select-none items-center gap-2.5 rounded-md px-3 text-[15px] outline-none md:min-h-9 md:text-sm " +
  "data-[highlighted]:bg-well data-[disabled]:opacity-45";

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}

export function Menu({ trigger, children, align = "start", side = "bottom" }: MenuProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={10}
          className="z-50 max-h-[60dvh] min-w-44 max-w-[calc(100vw-1.25rem)] overflow-y-auto rounded-xl border border-edge bg-sheet p-1.5 shadow-xl shadow-black/10 animate-appear"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({ onSelect, danger, children }: { onSelect: () => void; danger?: boolean; children: ReactNode }) {
  return (
    <Radix.Item className={`${item} ${danger ? "text-brick" : ""}`} onSelect={onSelect}>
      {children}
    </Radix.Item>
  );
}

export function MenuChoices({ value, onChange, children }: { value: string; onChange: (value: string) => void; children: ReactNode }) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onChange}>
      {children}
    </Radix.RadioGroup>
  );
}

export function MenuChoice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Radix.RadioItem value={value} className={`${item} pr-10`}>
      {children}
      <Radix.ItemIndicator className="absolute right-3 text-leaf">
        <Check className="size-4" />
      </Radix.ItemIndicator>
    </Radix.RadioItem>
  );
}

export function MenuNote({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-3 py-1.5 text-xs text-soft">{children}</Radix.Label>;
}

export function MenuRule() {
  return <Radix.Separator className="mx-1 my-1.5 h-px bg-edge" />;
}
