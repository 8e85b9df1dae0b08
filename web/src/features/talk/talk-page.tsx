import { Link } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";

import { openRealtime } from "@/api/realtime";
import { hasMicrophones, openMicrophone } from "@/platform/microphone";
import { PcmPlayer } from "@/platform/pcm-player";
import { useCell } from "@/platform/use-cell";
import { useWakefulness } from "@/platform/wakefulness";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { ChevronDown, Warning } from "@/ui/icons";
import { Mark } from "@/ui/mark";
import { Menu, MenuChoice, MenuChoices, MenuNote } from "@/ui/menu";

import { readMode, useChoices, writeMode, type Choices } from "./choices";
import { transcriptOf } from "./conversation";
import { Dock } from "./dock";
import { useKeys } from "./keys";
import { isUnderWay, type Mode } from "./phase";
import { TalkSession } from "./session";
import { Transcript } from "./transcript";
import { VoicePicker } from "./voice-picker";

/** Sooner than a chat's reading aloud: what follows is already on its way. */
const LEAD_SECONDS = 0.02;

const devices = {
  openMicrophone,
  openRealtime,
  createPlayer: (onSilence: () => void) => new PcmPlayer(onSilence, LEAD_SECONDS),
  now: () => performance.now(),
};

interface TalkPageProps {
  /** Placed by the app at the start of the header. */
  leading: ReactNode;
  /** The model to begin with. */
  model: string | undefined;
}

/** A conversation by voice. It ends, and the microphone is free, when the page is left. */
export function TalkPage({ leading, model }: TalkPageProps) {
  const [session] = useState(() => new TalkSession(devices, readMode()));
  const choices = useChoices(model);
  const active = useCell(session.state, isUnderWay);
  useEnding(session);
  useKeys(session);
  useWakefulness(active);
  useEffect(() => {
    document.title = "Talk – Freehold";
  }, []);
  const obstacle = obstacleOf(choices);
  const start = () => {
    if (choices.model) void session.start({ model: choices.model.id, voice: choices.voice });
  };
  const setMode = (mode: Mode) => {
    session.setMode(mode);
    writeMode(mode);
  };
  return (
    <main className="flex h-full min-w-0 flex-1 flex-col">
      <header className="relative z-10 flex h-14 shrink-0 items-center gap-1 px-2 md:px-3">
        {leading}
        <h1 className="sr-only">Talk</h1>
        <ModelMenu choices={choices} disabled={active} />
        <VoicePicker voice={choices.voice} onChoose={choices.chooseVoice} disabled={active} />
      </header>
      <Middle session={session} model={choices.model?.id} />
      {obstacle ? <Trouble>{obstacle}</Trouble> : <Troubles session={session} onStart={start} />}
      <Dock session={session} onStart={obstacle || !choices.model ? null : start} onMode={setMode} />
    </main>
  );
}

/** A page that is closed or kept for going back has no use for a microphone, either. */
function useEnding(session: TalkSession): void {
  useEffect(() => {
    const end = () => session.end();
    addEventListener("pagehide", end);
    return () => {
      removeEventListener("pagehide", end);
      end();
    };
  }, [session]);
}

function obstacleOf({ loading, model, canListen, canSpeak }: Choices): ReactNode {
  if (!hasMicrophones()) {
    const local = `http://localhost:${location.port}`;
    return window.isSecureContext
      ? "This browser has no microphone to give. Use a current Firefox, Chrome, Edge or Safari."
      : `Browsers give the microphone only to secure pages. Open Freehold by https://, or on its own machine as ${local}.`;
  }
  if (!loading && !model) return "No chat model is available, so nobody can answer.";
  if (!canListen) return "No model here can listen. Your administrator can add one that transcribes.";
  return canSpeak ? null : "No model here can speak. Your administrator can add one.";
}

function ModelMenu({ choices: { models, model, loading, chooseModel }, disabled }: { choices: Choices; disabled: boolean }) {
  const name = model?.id ?? (loading ? "Loading models" : "No chat model");
  const trigger = (
    <Button look="quiet" aria-label={`Model: ${name}`} disabled={disabled} className="min-w-0 shrink !px-3 !text-ink">
      <span className="truncate font-medium">{name}</span>
      <ChevronDown className="size-4 text-soft max-sm:hidden" />
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuNote>Who answers</MenuNote>
      <MenuChoices value={model?.id ?? ""} onChange={chooseModel}>
        {models.map(({ id }) => (
          <MenuChoice key={id} value={id}>
            <span className="truncate">{id}</span>
          </MenuChoice>
        ))}
      </MenuChoices>
    </Menu>
  );
}

/** What was said, and what can be done with it when it is over. */
function Middle({ session, model }: { session: TalkSession; model: string | undefined }) {
  const state = useCell(session.state, (value) => value);
  const { entries } = state.conversation;
  const active = isUnderWay(state);
  if (entries.length === 0) return <Welcome model={model} active={active} />;
  return (
    <>
      <Transcript entries={entries} />
      {!active && <Afterwards session={session} text={transcriptOf(entries, model ?? "Model")} />}
    </>
  );
}

/** Until something was said. */
function Welcome({ model, active }: { model: string | undefined; active: boolean }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex min-h-full w-full max-w-[34rem] flex-col justify-center px-5 py-8">
        <Mark className="size-9" />
        <h2 className="mt-5 font-serif text-[clamp(1.75rem,5vw,2.25rem)] font-medium leading-[1.15] tracking-[-0.015em]">
          {active ? "Say something." : "Let’s talk."}
        </h2>
        <p className="mt-4 leading-relaxed text-soft">
          {model ? <strong className="font-medium text-ink">{model}</strong> : "The model"} listens and answers aloud. Both sides are written down here, and
          no recording is kept. Just speak to interrupt.
        </p>
        <dl className="mt-6 grid grid-cols-[auto_1fr] items-baseline gap-x-3 gap-y-2 text-sm text-soft pointer-coarse:hidden">
          <Key name="Space">hold it down while you speak, in “Hold to talk”</Key>
          <Key name="Esc">stops the answer</Key>
          <Key name="M">mutes you and unmutes you, in “Hands-free”</Key>
        </dl>
      </div>
    </div>
  );
}

function Key({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>
        <kbd className="rounded-md border border-edge-strong bg-sheet px-1.5 py-0.5 font-sans text-xs text-ink">{name}</kbd>
      </dt>
      <dd>{children}</dd>
    </>
  );
}

/** What went wrong on the way, and what it ended by. */
function Troubles({ session, onStart }: { session: TalkSession; onStart: () => void }) {
  const { conversation, problem, link } = useCell(session.state, (state) => state);
  if (link === "ended" && problem) {
    return (
      <Trouble>
        <span>
          {problem} {conversation.entries.length > 0 && "What was said is kept, and told to the model again."}
        </span>
        <Button onClick={onStart}>Start again</Button>
      </Trouble>
    );
  }
  return conversation.notice ? <Trouble>{conversation.notice}</Trouble> : null;
}

function Trouble({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="mx-auto mb-2 flex w-[calc(100%-1.5rem)] max-w-[43.5rem] items-center gap-3 rounded-xl bg-brick-wash px-4 py-2.5">
      <Warning className="size-4 text-brick" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-2 [overflow-wrap:anywhere]">{children}</div>
    </div>
  );
}

/** What can be done with a conversation that is over. */
function Afterwards({ session, text }: { session: TalkSession; text: string }) {
  return (
    <div className="mx-auto flex w-full max-w-[46rem] flex-wrap items-center justify-center gap-x-2 px-4 text-sm text-soft">
      <CopyButton text={text} label="Copy transcript" />
      <Button look="quiet" onClick={() => session.forget()}>
        Start afresh
      </Button>
      <Link to="/" className="focus-ring inline-flex min-h-11 items-center rounded-lg px-4 hover:bg-well hover:text-ink md:min-h-9">
        Write instead
      </Link>
    </div>
  );
}
