/** Lets files be dropped anywhere on the classroom. */
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { Icon } from "../shell/Icon.tsx";

interface DropZoneProps {
  isEnabled: boolean;
  /** `at`: page pixels. */
  onFiles: (files: File[], at: { x: number; y: number }) => void;
  children: ReactNode;
}

export function DropZone({ isEnabled, onFiles, children }: DropZoneProps) {
  const [isOver, setIsOver] = useState(false);
  const depth = useRef(0); // enter and leave fire for every child on the way

  const isFiles = (event: DragEvent) => isEnabled && event.dataTransfer.types.includes("Files");
  const enter = (event: DragEvent) => {
    if (!isFiles(event)) return;
    depth.current++;
    setIsOver(true);
  };
  const leave = (event: DragEvent) => {
    if (isFiles(event) && --depth.current <= 0) reset();
  };
  const reset = () => {
    depth.current = 0;
    setIsOver(false);
  };

  return (
    <div
      className="drop-zone"
      onDragEnter={enter}
      onDragLeave={leave}
      onDragOver={(event) => {
        if (isFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        reset();
        onFiles([...event.dataTransfer.files], { x: event.clientX, y: event.clientY });
      }}
    >
      {children}
      {isOver && (
        <div className="drop-hint">
          <Icon name="upload" size={32} />
          Drop documents to read, pictures for the board
        </div>
      )}
    </div>
  );
}
