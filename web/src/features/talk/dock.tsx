import { useEffect, useRef, type PointerEvent, type ReactNode } from "react";

import { useCell } from "@/platform/use-cell";
import { Close, Microphone, MicrophoneOff, Stop, Wave } from "@/ui/icons";
import { Mark } from "@/ui/mark";

import { HOLDS } from "./keys";
import { isAnswering, isUnderWay, phaseOf, phaseWords, type Mode, type Phase } from "./phase";
import type { TalkSession } from "./session";

interface DockProps {
  session: TalkSession;
  /** Null while nothing could answer. */
  onStart: (() => void) | null;
  onMode: (mode: Mode) => void;
}

/** The large button with its state in words, and what else there is to press. */
export function Dock({ session, onStart, onMode }: DockProps) {
  const state = useCell(session.state, (value) => value);
  const phase = phaseOf(state);
  const mutable = state.link === "open" && state.mode === "hands-free";
  return (
    <section aria-label="Talk" className="mx-auto w-full max-w-[46rem] px-4 pb-[max(1rem,env(safe-area-inset-bottom))] pt-2">
      <State phase={phase} />
      <div className="grid grid-cols-[1fr_auto_1fr] items-center gap-5">
        <div className="flex justify-end">
          {mutable && (
            <Round label={state.muted ? "Unmute" : "Mute"} alarming={state.muted} onClick={() => session.setMuted(!state.muted)}>
              {state.muted ? <MicrophoneOff className="size-5" /> : <Microphone className="size-5" />}
            </Round>
          )}
        </div>
        <Centre session={session} phase={phase} mode={state.mode} answering={isAnswering(state.conversation)} onStart={onStart} />
        <div>
          {isUnderWay(state) && (
            <Round label="End" onClick={() => session.end()}>
              <Close className="size-5" />
            </Round>
          )}
        </div>
      </div>
      <Modes mode={state.mode} onMode={onMode} />
    </section>
  );
}

function State({ phase }: { phase: Phase }) {
  return (
    <p role="status" className={`mb-3 short:mb-1.5 text-center text-[15px] font-medium ${phase === "muted" ? "text-brick" : "text-soft"}`}>
      {phaseWords[phase]}
      {(phase === "connecting" || phase === "asking") && "…"}
    </p>
  );
}

interface CentreProps {
  session: TalkSession;
  phase: Phase;
  mode: Mode;
  answering: boolean;
  onStart: (() => void) | null;
}

const centre =
  "focus-ring relative grid size-24 short:size-16 select-none place-items-center rounded-full transition-colors touch-none disabled:opacity-45 [-webkit-touch-callout:none]";

function Centre({ session, phase, mode, answering, onStart }: CentreProps) {
  if (phase === "none" || phase === "ended") {
    return (
      <button type="button" disabled={!onStart} autoFocus={phase === "ended"} onClick={() => onStart?.()} className={`${centre} bg-leaf text-on-leaf hover:not-disabled:bg-leaf-deep`}>
        <Wave className="size-9" />
        <span className="sr-only">{phase === "ended" ? "Start again" : "Start talking"}</span>
      </button>
    );
  }
  if (phase === "asking" || phase === "connecting") {
    return (
      <div className={`${centre} bg-leaf-wash`}>
        <Mark className="size-8 animate-breathe" />
      </div>
    );
  }
  return (
    <div className="relative">
      <Halo session={session} phase={phase} />
      {mode === "hold" ? <HoldButton session={session} phase={phase} /> : <StopButton session={session} phase={phase} answering={answering} />}
    </div>
  );
}

const looks: Partial<Record<Phase, string>> = {
  hearing: "bg-leaf text-on-leaf",
  thinking: "bg-leaf-wash text-leaf",
  speaking: "bg-leaf-wash text-leaf",
  muted: "bg-well text-brick",
};

function lookOf(phase: Phase): string {
  return looks[phase] ?? "border border-edge-strong bg-sheet text-leaf";
}

/** Hands-free there is nothing to press but a stop, and only while an answer comes. */
function StopButton({ session, phase, answering }: { session: TalkSession; phase: Phase; answering: boolean }) {
  return (
    <button
      type="button"
      autoFocus
      aria-label="Stop the answer"
      title={answering ? "Stop the answer" : undefined}
      aria-disabled={!answering}
      onClick={() => answering && session.interrupt()}
      className={`${centre} ${lookOf(phase)} ${answering ? "" : "!cursor-default"}`}
    >
      <Sign phase={phase} stop={answering && phase !== "hearing"} />
    </button>
  );
}

function HoldButton({ session, phase }: { session: TalkSession; phase: Phase }) {
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    session.hold();
  };
  return (
    <button
      type="button"
      autoFocus
      aria-label="Hold to talk"
      aria-pressed={phase === "hearing"}
      {...{ [HOLDS]: "" }}
      onPointerDown={onPointerDown}
      onPointerUp={() => session.release()}
      onPointerCancel={() => session.release()}
      onContextMenu={(event) => event.preventDefault()}
      // Without a pointer, as assistive technology presses it, the first press begins and the second ends.
      onClick={({ detail }) => detail === 0 && (phase === "hearing" ? session.release() : session.hold())}
      className={`${centre} ${lookOf(phase)}`}
    >
      <Sign phase={phase} stop={false} />
    </button>
  );
}

function Sign({ phase, stop }: { phase: Phase; stop: boolean }) {
  if (stop) return <Stop className={`size-9 ${phase === "thinking" ? "animate-breathe" : ""}`} />;
  if (phase === "thinking") return <Mark className="size-8 animate-breathe" />;
  return phase === "muted" ? <MicrophoneOff className="size-9" /> : <Microphone className="size-9" />;
}

// Who wants no motion sees it grow fainter and stronger instead.
const halo =
  "absolute inset-0 rounded-full motion-safe:[scale:calc(1+var(--level,0)*0.45)] motion-reduce:[scale:1.15] motion-reduce:opacity-(--level)";

/** A ring as wide as whoever sounds is loud. Drawn past React, for it changes with every frame. */
function Halo({ session, phase }: { session: TalkSession; phase: Phase }) {
  const ring = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let shown = 0;
    let frame = 0;
    const draw = () => {
      // Rises at once and falls slowly, as meters do.
      shown = Math.max(session.level(), shown * 0.88);
      ring.current?.style.setProperty("--level", shown.toFixed(3));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [session]);
  const colour = phase === "muted" ? "bg-transparent" : "bg-leaf/20";
  return <span ref={ring} aria-hidden="true" className={`${halo} ${colour}`} />;
}

interface RoundProps {
  label: string;
  alarming?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Round({ label, alarming, onClick, children }: RoundProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className={`focus-ring grid size-13 place-items-center rounded-full border transition-colors ${
        alarming ? "border-brick bg-brick-wash text-brick" : "border-edge bg-sheet hover:border-edge-strong"
      }`}
    >
      {children}
    </button>
  );
}

const MODES: readonly [Mode, string][] = [
  ["hands-free", "Hands-free"],
  ["hold", "Hold to talk"],
];

function Modes({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  return (
    <div role="radiogroup" aria-label="How turns are taken" className="mx-auto mt-4 short:mt-1.5 flex w-fit rounded-full bg-well p-1">
      {MODES.map(([value, label]) => (
        <label
          key={value}
          className="cursor-pointer rounded-full px-4 py-2 text-sm text-soft ring-edge-strong transition-colors has-checked:bg-sheet has-checked:font-medium has-checked:text-ink has-checked:ring-1 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-leaf md:py-1"
        >
          <input type="radio" name="mode" className="sr-only" checked={mode === value} onChange={() => onMode(value)} />
          {label}
        </label>
      ))}
    </div>
  );
}
