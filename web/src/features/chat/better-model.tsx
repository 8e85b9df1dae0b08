import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";

interface BetterModelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** How to give this server a real model. Says what to run; runs nothing. */
export function BetterModel({ open, onOpenChange }: BetterModelProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Use a better model">
      <p className="text-soft">Run one of these on the machine where Freehold is installed. The model then appears in the list of models here.</p>
      <Step text="Download a model by name" command="freehold models pull <name>" />
      <Step text="Or use weights that you already have in a folder" command="freehold models import <folder>" />
    </Dialog>
  );
}

function Step({ text, command }: { text: string; command: string }) {
  return (
    <div className="mt-5">
      <p className="text-[15px] font-medium">{text}</p>
      <div className="mt-1.5 flex items-center justify-between gap-2 rounded-lg bg-well pl-3.5 pr-1">
        <code className="overflow-x-auto py-2 font-mono text-[13.5px]">{command}</code>
        <CopyButton text={command} label={`Copy ${command}`} />
      </div>
    </div>
  );
}
