import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useRef, useState } from "react";

import { listVoices, type Voice } from "@/api/sound";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Check, ChevronDown, Speaker, Stop } from "@/ui/icons";
import { Skeleton } from "@/ui/skeleton";

import type { ChosenVoice } from "./choices";

const STANDARD = "Standard voice";

interface VoicePickerProps {
  voice: ChosenVoice;
  onChoose: (voice: ChosenVoice) => void;
  disabled: boolean;
}

/** Which voice answers. There may be thousands, so they are looked for by name and language. */
export function VoicePicker({ voice, onChoose, disabled }: VoicePickerProps) {
  const [open, setOpen] = useState(false);
  const name = voice?.name ?? STANDARD;
  const choose = (chosen: ChosenVoice) => {
    onChoose(chosen);
    setOpen(false);
  };
  return (
    <>
      <Button look="quiet" aria-label={`Voice: ${name}`} disabled={disabled} onClick={() => setOpen(true)} className="min-w-0 shrink !px-3">
        <Speaker className="size-4" />
        <span className="truncate">{name}</span>
        <ChevronDown className="size-4 max-sm:hidden" />
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Voice">
        <Voices chosen={voice} onChoose={choose} />
      </Dialog>
    </>
  );
}

const field = "focus-ring h-11 w-full min-w-0 rounded-lg border border-edge-strong bg-paper px-3 text-[15px] placeholder:text-soft md:h-9 md:text-sm";

function Voices({ chosen, onChoose }: { chosen: ChosenVoice; onChoose: (voice: ChosenVoice) => void }) {
  const [query, setQuery] = useState("");
  const [language, setLanguage] = useState(() => navigator.language.split("-")[0] ?? "");
  const sample = useSample();
  const wanted = useDeferredValue({ query: query.trim(), language: language.trim() });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["voices", wanted.query, wanted.language],
    queryFn: ({ signal }) => listVoices(wanted.query, wanted.language, signal),
    staleTime: 60_000,
  });
  return (
    <>
      <div className="grid grid-cols-[1fr_7rem] gap-2">
        <input aria-label="Find a voice" placeholder="Find a voice" value={query} onChange={(event) => setQuery(event.target.value)} className={field} />
        <input aria-label="Language, such as de" placeholder="Language" value={language} onChange={(event) => setLanguage(event.target.value)} className={field} />
      </div>
      <ul className="mt-3 max-h-[46dvh] overflow-y-auto" aria-label="Voices">
        <Row name={STANDARD} about="Chosen by the server" chosen={chosen === null} onChoose={() => onChoose(null)} />
        {data?.data.map((voice) => (
          <Row
            key={`${voice.model}/${voice.id}`}
            name={voice.name}
            about={about(voice)}
            chosen={chosen?.id === voice.id && chosen.model === voice.model}
            onChoose={() => onChoose({ id: voice.id, model: voice.model, name: voice.name })}
            sounding={sample.playing === voice.sample}
            onListen={() => sample.toggle(voice.sample)}
          />
        ))}
      </ul>
      {isPending && <Skeleton className="py-3" widths={["60%", "75%", "50%"]} />}
      {error && (
        <p role="alert" className="mt-2 text-sm text-brick">
          {error.message} <Button onClick={() => void refetch()}>Try again</Button>
        </p>
      )}
      {data?.data.length === 0 && <p className="mt-2 text-sm text-soft">No voice is called so. Leave the language empty to see all.</p>}
      {data?.has_more && <p className="mt-2 text-sm text-soft">There are more. Type a part of the name to find one.</p>}
    </>
  );
}

interface RowProps {
  name: string;
  about: string;
  chosen: boolean;
  onChoose: () => void;
  sounding?: boolean;
  onListen?: () => void;
}

function Row({ name, about, chosen, onChoose, sounding = false, onListen }: RowProps) {
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        aria-pressed={chosen}
        onClick={onChoose}
        className="focus-ring flex min-h-11 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-left -outline-offset-2 hover:bg-well"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate text-[15px]">{name}</span>
          <span className="block truncate text-xs text-soft">{about}</span>
        </span>
        {chosen && <Check className="size-4 text-leaf" />}
      </button>
      {onListen && (
        <IconButton label={sounding ? `Stop ${name}` : `Listen to ${name}`} onClick={onListen} className="-outline-offset-2">
          {sounding ? <Stop className="size-4" /> : <Speaker className="size-4" />}
        </IconButton>
      )}
    </li>
  );
}

function about({ language, gender, kind, model }: Voice): string {
  return [language, gender, kind, model].filter(Boolean).join(" · ");
}

/** One sample at a time, silent as soon as the list is gone. */
function useSample(): { playing: string | null; toggle: (address: string) => void } {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState<string | null>(null);
  const stop = () => {
    audio.current?.pause();
    audio.current = null;
    setPlaying(null);
  };
  useEffect(() => () => audio.current?.pause(), []);
  const toggle = (address: string) => {
    const again = playing === address;
    stop();
    if (again) return;
    const started = (audio.current = new Audio(address));
    const over = () => setPlaying((current) => (audio.current === started ? null : current));
    started.onended = started.onerror = over;
    started.play().catch(over);
    setPlaying(address);
  };
  return { playing, toggle };
}
