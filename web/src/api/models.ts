import { requestJson } from "./http";
import type { Model } from "./types";

/** Every model this person may use. */
export async function listModels(): Promise<Model[]> {
  return (await requestJson<{ data: Model[] }>("GET", "/v1/models")).data;
}

/** Those of one kind. A model that does not say what it is holds conversations. */
export function ofKind(models: readonly Model[], kind: string): Model[] {
  return models.filter((model) => (model.freehold?.kind ?? "chat") === kind);
}
