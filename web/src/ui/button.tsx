import type { ComponentProps } from "react";

const base = "focus-ring inline-flex items-center justify-center gap-2 rounded-lg transition-colors disabled:opacity-45 select-none";

const looks = {
  solid: "bg-leaf text-on-leaf hover:not-disabled:bg-leaf-deep font-medium",
  outline: "border border-edge bg-sheet hover:not-disabled:border-edge-strong",
  quiet: "text-soft hover:not-disabled:bg-well hover:not-disabled:text-ink",
  danger: "bg-brick text-on-brick hover:not-disabled:opacity-90 font-medium",
};

type ButtonProps = ComponentProps<"button"> & { look?: keyof typeof looks };

export function Button({ look = "outline", className = "", type = "button", ...props }: ButtonProps) {
  return <button type={type} className={`${base} ${looks[look]} min-h-11 px-4 text-[15px] md:min-h-9 md:text-sm ${className}`} {...props} />;
}

/** A square button that shows an icon only; `label` names it for everybody. */
export function IconButton({ label, look = "quiet", className = "", type = "button", ...props }: ButtonProps & { label: string }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`${base} ${looks[look]} size-11 shrink-0 md:size-9 ${className}`}
      {...props}
    />
  );
}
