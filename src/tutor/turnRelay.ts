/**
 * How one session's tutor rooms in several companions hear each other. Frames are opaque bytes and travel
 * at most once, in order from each sender; what is lost is noticed by its number and asked for, or read
 * from the store (turnPeers.ts). Implemented over Redis in src/relay. A companion that is alone has none.
 */
export interface TurnRelay {
  /** Starts to hear what other companions say of a session's turns; never one's own frames. */
  join(sessionId: string, listener: TurnRelayListener): TurnChannel;
}

export interface TurnRelayListener {
  onFrame(frame: Uint8Array): void;
  /** The way to the others is open, for the first time or again. */
  onMeeting(): void;
}

export interface TurnChannel {
  /** Says something to the others. Never throws; lost where the way to them is closed. */
  say(frame: Uint8Array): void;
  /** Hears nothing any more. */
  leave(): void;
}
