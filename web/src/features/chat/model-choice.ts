import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ofKind } from "@/api/models";
import type { Model } from "@/api/types";
import { readPreference, writePreference } from "@/platform/storage";

import { modelsQuery } from "./queries";

export interface ModelChoice {
  models: readonly Model[];
  /** Undefined while loading, and where no chat model exists. */
  model: Model | undefined;
  loading: boolean;
  choose: (id: string) => void;
}

/** The model that answers next: picked here, else the conversation's own, else the last one picked anywhere. */
export function useModelChoice(conversationModel?: string | null): ModelChoice {
  const { data = [], isPending } = useQuery(modelsQuery);
  const models = ofKind(data, "chat");
  const [picked, setPicked] = useState<string | null>(null);
  const wishes = [picked, conversationModel, readPreference("model")];
  const wished = wishes.map((id) => models.find((model) => model.id === id)).find(Boolean);
  return {
    models,
    model: wished ?? models[0],
    loading: isPending,
    choose(id) {
      setPicked(id);
      writePreference("model", id);
    },
  };
}
