import { requestJson } from "./http";
import type { Model } from "./types";

/** The models that can hold a conversation. */
export async function listChatModels(): Promise<Model[]> {
  const { data } = await requestJson<{ data: Model[] }>("GET", "/v1/models");
  return data.filter((model) => (model.freehold?.kind ?? "chat") === "chat");
}
