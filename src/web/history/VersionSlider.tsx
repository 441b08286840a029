/** One step a version, from the oldest to the board as it is now. */
import { IconButton } from "../shell/IconButton.tsx";

interface VersionSliderProps {
  /** In words, oldest first; the last is now. */
  labels: readonly string[];
  index: number;
  onIndex: (index: number) => void;
}

export function VersionSlider({ labels, index, onIndex }: VersionSliderProps) {
  const last = labels.length - 1;
  return (
    <div className="history-slider">
      <IconButton
        icon="chevronLeft"
        label="Earlier version"
        small
        disabled={index <= 0}
        onClick={() => onIndex(index - 1)}
      />
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={index}
        disabled={last === 0}
        aria-label="Version"
        aria-valuetext={`${labels[index] ?? ""}, ${index + 1} of ${labels.length}`}
        onChange={(event) => onIndex(Number(event.target.value))}
      />
      <IconButton
        icon="chevronRight"
        label="Later version"
        small
        disabled={index >= last}
        onClick={() => onIndex(index + 1)}
      />
    </div>
  );
}
