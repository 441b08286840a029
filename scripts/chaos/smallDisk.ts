/** A disk that is soon full: a small tmpfs, for which one has to be root. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHUNKS_BYTES = [256 * 1024, 4096];

export type SmallDisk = {
  readonly path: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives that room back. */
  free(): void;
  unmount(): void;
};

/** Null where mounting is refused. */
export function mountSmallDisk(sizeMib: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), "small-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m`, "tmpfs", path]);
  if (mounted.status !== 0) {
    rmdirSync(path);
    return null;
  }
  const ballast = join(path, "ballast");
  return {
    path,
    fill() {
      const file = openSync(ballast, "a");
      for (const bytes of CHUNKS_BYTES) writeUntilFull(file, Buffer.alloc(bytes));
      closeSync(file);
    },
    free: () => rmSync(ballast, { force: true }),
    unmount() {
      spawnSync("umount", ["--lazy", path]);
      rmdirSync(path);
    },
  };
}

function writeUntilFull(file: number, chunk: Uint8Array): void {
  try {
    while (writeSync(file, chunk) === chunk.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
