/** The tools and the ink, at the left of the board (below it on a phone). */
import { Icon } from "../shell/Icon.tsx";
import { useRovingFocus } from "../shell/useRovingFocus.ts";
import { TOOLS, type Tool } from "./hands/boardKeys.ts";
import type { InkStyle } from "./hands/gesture.ts";
import { PALETTE, themedColour } from "./shapes/palette.ts";

const SIZES = [
  { name: "Thin", size: 2.5, dot: 4 },
  { name: "Medium", size: 4, dot: 7 },
  { name: "Thick", size: 9, dot: 12 },
];

interface ToolbarProps {
  tool: Tool;
  onTool: (tool: Tool) => void;
  ink: InkStyle;
  onInk: (ink: InkStyle) => void;
  onInsert: () => void;
}

export function Toolbar({ tool, onTool, ink, onInk, onInsert }: ToolbarProps) {
  const roving = useRovingFocus();
  return (
    <div
      className="toolbar"
      role="toolbar"
      aria-label="Drawing tools"
      aria-orientation="vertical"
      {...roving}
    >
      <div className="toolbar-group toolbar-tools">
        {TOOLS.map(({ name, label, key, icon }) => (
          <button
            key={name}
            type="button"
            className="tool"
            aria-label={label}
            aria-pressed={tool === name}
            aria-keyshortcuts={key}
            title={`${label} (${key.toUpperCase()})`}
            onClick={() => onTool(name)}
          >
            <Icon name={icon} size={19} />
          </button>
        ))}
        <button
          type="button"
          className="tool"
          aria-label="Insert"
          title="Insert a table, a graph, a question …"
          onClick={onInsert}
        >
          <Icon name="plus" size={19} />
        </button>
      </div>
      <div className="toolbar-group toolbar-ink" role="group" aria-label="Colour">
        {PALETTE.map(({ name, value }) => (
          <button
            key={name}
            type="button"
            className="swatch"
            aria-label={name}
            title={name}
            aria-pressed={ink.colour === value}
            onClick={() => onInk({ ...ink, colour: value })}
          >
            <span style={{ background: themedColour(value) }} />
          </button>
        ))}
      </div>
      <div className="toolbar-group toolbar-sizes" role="group" aria-label="Width">
        {SIZES.map(({ name, size, dot }) => (
          <button
            key={name}
            type="button"
            className="swatch"
            aria-label={name}
            title={name}
            aria-pressed={ink.size === size}
            onClick={() => onInk({ ...ink, size })}
          >
            <span className="swatch-dot" style={{ width: dot, height: dot }} />
          </button>
        ))}
      </div>
    </div>
  );
}
