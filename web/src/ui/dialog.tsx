import * as Alert from "@radix-ui/react-alert-dialog";
import * as Radix from "@radix-ui/react-dialog";
import type { ReactNode } from "react";

import { Button, IconButton } from "./button";
import { Close } from "./icons";

const veil = "fixed inset-0 z-40 bg-veil animate-appear";
const box =
  "fixed left-1/2 top-1/2 z-50 w-[min(30rem,calc(100vw-2rem))] max-h-[calc(100dvh-2rem)] -translate-x-1/2 -translate-y-1/2 overflow-y-auto " +
  "rounded-2xl border border-edge bg-sheet p-6 shadow-2xl shadow-black/20 animate-appear";
const heading = "font-serif text-[22px] font-semibold leading-snug";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={veil} />
        <Radix.Content className={box} aria-describedby={undefined}>
          <div className="mb-3 flex items-start justify-between gap-4">
            <Radix.Title className={heading}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" className="-mr-2 -mt-1.5">
                <Close />
              </IconButton>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps extends DialogProps {
  action: string;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ open, onOpenChange, title, children, action, onConfirm }: ConfirmProps) {
  return (
    <Alert.Root open={open} onOpenChange={onOpenChange}>
      <Alert.Portal>
        <Alert.Overlay className={veil} />
        <Alert.Content className={box}>
          <Alert.Title className={heading}>{title}</Alert.Title>
          <Alert.Description className="mt-2 text-soft">{children}</Alert.Description>
          <div className="mt-6 flex justify-end gap-2">
            <Alert.Cancel asChild>
              <Button>Cancel</Button>
            </Alert.Cancel>
            <Alert.Action asChild>
              <Button look="danger" onClick={onConfirm}>
                {action}
              </Button>
            </Alert.Action>
          </div>
        </Alert.Content>
      </Alert.Portal>
    </Alert.Root>
  );
}

/** A panel that slides in from the left on narrow screens. */
export function Drawer({ open, onOpenChange, title, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={veil} />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 w-[min(20rem,86vw)] border-r border-edge bg-paper shadow-2xl shadow-black/20 animate-slide-in"
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
