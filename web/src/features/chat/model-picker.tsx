import { ChevronDown } from "@/ui/icons";
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuNote, MenuRule } from "@/ui/menu";

import type { ModelChoice } from "./model-choice";

interface ModelPickerProps {
  choice: ModelChoice;
  onWantBetter: () => void;
}

export function ModelPicker({ choice: { models, model, loading, choose }, onWantBetter }: ModelPickerProps) {
  const name = model?.id ?? (loading ? "Loading models" : "No chat model");
  const trigger = (
    <button
      type="button"
      aria-label={`Model: ${name}`}
      className="focus-ring flex h-11 min-w-0 items-center gap-2 rounded-lg px-3 text-[15px] transition-colors hover:bg-well md:h-9 md:text-sm"
    >
      <span className="truncate font-medium">{name}</span>
      <Label text={model?.freehold?.label} />
      <ChevronDown className="size-4 text-soft" />
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuNote>Who answers</MenuNote>
      <MenuChoices value={model?.id ?? ""} onChange={choose}>
        {models.map(({ id, freehold }) => (
          <MenuChoice key={id} value={id}>
            <span className="truncate">{id}</span>
            <Label text={freehold?.label} />
          </MenuChoice>
        ))}
      </MenuChoices>
      <MenuRule />
      <MenuItem onSelect={onWantBetter}>Use a better model…</MenuItem>
    </Menu>
  );
}

function Label({ text }: { text: string | undefined }) {
  if (!text) return null;
  return <span className="shrink-0 rounded-full bg-leaf-wash px-2 py-0.5 text-xs text-leaf">{text}</span>;
}
