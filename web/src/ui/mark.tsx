/** The gable with an open door: Freehold's mark. Decorative; put the name beside it. */
export function Mark({ className = "size-5" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`shrink-0 text-leaf ${className}`} fill="currentColor" aria-hidden="true">
      <path d="M16 3 3 14.5V29h8.5v-8.5a4.5 4.5 0 0 1 9 0V29H29V14.5z" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-2 font-serif text-[19px] font-semibold tracking-[-0.01em]">
      <Mark /> <span className="pt-1 leading-none">Freehold</span>
    </span>
  );
}
