import { useEffect, useState } from "react";

import { copyText } from "@/platform/clipboard";

import { IconButton } from "./button";
import { Check, Copy } from "./icons";

const CONFIRMATION_MS = 1600;

/** Copies `text` and says so for a moment; its name stays the same for those who drive by name. */
export function CopyButton({ text, label, className = "" }: { text: string; label: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <IconButton label={label} className={className} onClick={async () => setCopied(await copyText(text))}>
        {copied ? <Check className="size-4 text-leaf" /> : <Copy className="size-4" />}
      </IconButton>
      <span className="sr-only" role="status">
        {copied && "Copied"}
      </span>
    </>
  );
}
