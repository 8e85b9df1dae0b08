import { useId, type ReactNode } from "react";

interface SectionProps {
  title: string;
  about?: string;
  children: ReactNode;
}

export function Section({ title, about, children }: SectionProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="mt-10">
      <h2 id={heading} className="font-serif text-xl font-semibold">
        {title}
      </h2>
      {about && <p className="mt-0.5 text-sm text-soft">{about}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}
