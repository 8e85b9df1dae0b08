import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { listModels, ofKind } from "@/api/models";
import type { Model } from "@/api/types";
import { readPreference, writePreference } from "@/platform/storage";

import type { Mode } from "./phase";
import type { Choice } from "./wish";

export type ChosenVoice = Choice["voice"];

export interface Choices {
  models: readonly Model[];
  /** Undefined while loading, and where no chat model exists. */
  model: Model | undefined;
  loading: boolean;
  /** Whether there are models that listen and that speak; true while that is not known. */
  canListen: boolean;
  canSpeak: boolean;
  voice: ChosenVoice;
  chooseModel: (id: string) => void;
  chooseVoice: (voice: ChosenVoice) => void;
}

/** Who thinks and who speaks: chosen here, else what the page was opened with, else what was chosen last. */
export function useChoices(opened: string | undefined): Choices {
  const { data, isPending } = useQuery({ queryKey: ["models"], queryFn: listModels, staleTime: 30_000 });
  const all = data ?? [];
  const models = ofKind(all, "chat");
  const [picked, setPicked] = useState<string | null>(null);
  const [voice, setVoice] = useState(readVoice);
  const wishes = [picked, opened, readPreference("model")];
  const has = (kind: string) => data === undefined || ofKind(data, kind).length > 0;
  const speakers = new Set(ofKind(all, "speech").map(({ id }) => id));
  return {
    models,
    model: wishes.map((id) => models.find((model) => model.id === id)).find(Boolean) ?? models[0],
    loading: isPending,
    canListen: has("transcription"),
    canSpeak: has("speech"),
    voice: voice && (data === undefined || speakers.has(voice.model)) ? voice : null,
    chooseModel(id) {
      setPicked(id);
      writePreference("model", id);
    },
    chooseVoice(chosen) {
      setVoice(chosen);
      writePreference("talk.voice", chosen && JSON.stringify(chosen));
    },
  };
}

export function readMode(): Mode {
  return readPreference("talk.mode") === "hold" ? "hold" : "hands-free";
}

export function writeMode(mode: Mode): void {
  writePreference("talk.mode", mode === "hold" ? mode : null);
}

function readVoice(): ChosenVoice {
  try {
    const kept: unknown = JSON.parse(readPreference("talk.voice") ?? "null");
    return isVoice(kept) ? kept : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isVoice(value: unknown): value is NonNullable<ChosenVoice> {
  if (typeof value !== "object" || value === null) return false;
  return ["id", "model", "name"].every((key) => typeof (value as Record<string, unknown>)[key] === "string");
}
