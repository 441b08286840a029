/** A tab list with roving focus (arrow keys, Home, End). The panels are the caller's. */
import type { KeyboardEvent } from "react";
import { Icon, type IconName } from "./Icon.tsx";

export interface Tab<Name extends string> {
  name: Name;
  label: string;
  icon: IconName;
}

interface TabsProps<Name extends string> {
  label: string;
  tabs: readonly Tab<Name>[];
  selected: Name;
  onSelect: (name: Name) => void;
  /** Ids are `tab-<name>` and `panel-<name>`, so one page holds one tab list. */
  className?: string;
}

export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { label, tabs, selected, onSelect, className } = props;

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const here = tabs.findIndex((tab) => tab.name === selected);
    const targets: Record<string, number> = {
      ArrowRight: (here + 1) % tabs.length,
      ArrowLeft: (here - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = tabs[targets[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    onSelect(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };

  return (
    <div role="tablist" aria-label={label} className={className ?? "tabs"} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          id={`tab-${tab.name}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={tab.name === selected}
          aria-controls={`panel-${tab.name}`}
          tabIndex={tab.name === selected ? 0 : -1}
          onClick={() => onSelect(tab.name)}
        >
          <Icon name={tab.icon} size={17} />
          <span>{tab.label}</span>
        </button>
      ))}
    </div>
  );
}
