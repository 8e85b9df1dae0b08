/** Labelled controls of a form, each with its hint and its error. */
import { useId, type ComponentProps, type ReactNode } from "react";

const control = "focus-ring w-full rounded-lg border border-edge-strong bg-sheet px-3 text-base placeholder:text-soft aria-invalid:border-brick md:text-sm";
const input = `${control} h-11 md:h-9`;
export const select = `${input} pr-2`;

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  children: (given: { id: string; "aria-invalid": boolean; "aria-describedby": string | undefined }) => ReactNode;
}

/** The error stands in a live region, so that it is heard when it comes. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const told = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-invalid": !!error, "aria-describedby": told || undefined })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-soft">
          {hint}
        </p>
      )}
      <p id={`${id}-error`} role="alert" className="mt-1 text-sm text-brick empty:hidden">
        {error}
      </p>
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  /** What may stand here; anything else may, too. */
  suggestions?: readonly string[];
}

export function TextField({ label, hint, error, suggestions, value, onChange, ...props }: TextProps & Omit<ComponentProps<"input">, keyof TextProps>) {
  const list = useId();
  return (
    <Field label={label} hint={hint} error={error}>
      {(given) => (
        <>
          <input
            {...given}
            {...props}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            list={suggestions?.length ? list : undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className={input}
          />
          {!!suggestions?.length && (
            <datalist id={list}>
              {suggestions.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

export function NumberField(props: Omit<TextProps, "suggestions">) {
  return <TextField inputMode="decimal" {...props} />;
}

export function LinesField({ label, hint, error, value, onChange }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(given) => (
        <textarea
          {...given}
          rows={3}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoCapitalize="none"
          spellCheck={false}
          className={`${control} py-2 font-mono`}
        />
      )}
    </Field>
  );
}

interface CheckProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, hint, checked, onChange }: CheckProps) {
  const id = useId();
  return (
    <div className="flex gap-2.5">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="focus-ring mt-0.5 size-5 shrink-0 accent-leaf md:size-4"
      />
      <div>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-xs text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

interface GroupProps {
  title: string;
  about?: string;
  error?: string | undefined;
  children: ReactNode;
}

/** Controls that belong together; an error of the whole stands under its name. */
export function Group({ title, about, error, children }: GroupProps) {
  const id = useId();
  return (
    <fieldset tabIndex={error ? -1 : undefined} aria-describedby={error ? `${id}-error` : undefined} data-invalid={error ? true : undefined} className="focus-ring mt-8 min-w-0 rounded-sm">
      <legend className="font-serif text-xl font-semibold">{title}</legend>
      {about && <p className="text-sm text-soft">{about}</p>}
      <p id={`${id}-error`} role="alert" className="mt-2 rounded-lg bg-brick-wash px-3 py-2 text-sm empty:hidden">
        {error}
      </p>
      <div className="mt-3 space-y-4">{children}</div>
    </fieldset>
  );
}
