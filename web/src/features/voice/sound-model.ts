import { useQuery } from "@tanstack/react-query";

import { listModels, ofKind } from "@/api/models";
import type { Model } from "@/api/types";

/** The model that speaks or listens: one that was brought in goes before the built-in. */
export function useSoundModel(kind: "speech" | "transcription"): Model | undefined {
  const { data = [] } = useQuery({ queryKey: ["models"], queryFn: listModels, staleTime: 30_000 });
  const models = ofKind(data, kind);
  return models.find((model) => !model.freehold?.builtin) ?? models[0];
}
