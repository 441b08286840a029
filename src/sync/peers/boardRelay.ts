/**
 * How one board's rooms in several companions hear each other, and agree on which of them saves.
 * Frames are opaque bytes and travel at most once, in order from each sender, to whoever listens at
 * that moment: what is lost is found and brought by the rooms themselves (boardPeers.ts, rules RD1-RD3).
 * Implemented over Redis in src/relay, and in memory for simulations (test/support/memoryRelay.ts).
 * A companion that is alone has no relay at all.
 */
export interface BoardRelay {
  /** Starts to hear what other companions say on a session's board; never one's own frames. */
  join(sessionId: string, listener: RelayListener): RelayChannel;
}

export interface RelayListener {
  onFrame(frame: Uint8Array): void;
  /** The way to the others is open, for the first time or again: what was said meanwhile was not heard. */
  onMeeting(): void;
  /** Nothing is heard of that companion any more; it may be dead, or away for a moment. */
  onSilence(companion: string): void;
  /** It is heard again, or for the first time. */
  onReturn(companion: string): void;
}

export interface RelayChannel {
  /**
   * This room's name among the rooms of its board: its companion's, a dot, and what no room of that
   * companion was called before.
   */
  readonly voice: string;
  /** False while it is known that the others cannot be heard. */
  isOpen(): boolean;
  /** Says something to the others. Never throws; lost where the way to them is closed. */
  say(frame: Uint8Array): void;
  /**
   * Takes or keeps the right to save this board, for LEASE_MS from now; false while it is another's.
   * Where nobody can be asked it is true, and the store's token alone keeps savers apart (BS5).
   */
  lease(): Promise<boolean>;
  /** Gives the right to save back before its time; does nothing when it is not held. */
  release(): void;
  /** Hears nothing any more, and gives the right to save back. */
  leave(): void;
}

/** The companion whose room speaks. */
export function companionOf(voice: string): string {
  return voice.slice(0, voice.lastIndexOf("."));
}

/** A saver that says nothing for this long is taken for dead: longer than a save takes, shorter than patience. */
export const LEASE_MS = 5_000;
