/** Grey lines where text will be. Announces itself once as "Loading". */
export function Skeleton({ widths, className = "" }: { widths: readonly string[]; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={`flex flex-col gap-3 ${className}`}>
      {widths.map((width, index) => (
        <div key={index} className="h-4 rounded bg-well animate-breathe" style={{ width }} />
      ))}
    </div>
  );
}
