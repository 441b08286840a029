/**
 * The page holds several live connections; a person wants to know one thing. This folds the
 * channels' states into one indicator. Pure.
 */
export type ChannelState = "connecting" | "open" | "waiting" | "closed";

export interface Channel {
  /** For people: "conversation", "whiteboard", "data". */
  name: string;
  state: ChannelState;
}

export interface Connection {
  kind: "online" | "connecting" | "reconnecting" | "offline" | "closed";
  label: string;
  /** One line per channel, for the tooltip and screen readers. */
  details: string[];
}

const WORDS: Record<ChannelState, string> = {
  connecting: "connecting",
  open: "connected",
  waiting: "reconnecting",
  closed: "closed",
};

/**
 * `isOnline` is the browser's own word. A closed channel (the session ended, access was lost) is no
 * trouble of the network, so it counts only when nothing else is wrong.
 */
export function combineChannels(channels: readonly Channel[], isOnline: boolean): Connection {
  const details = channels.map(({ name, state }) => `${name}: ${WORDS[state]}`);
  const has = (state: ChannelState) => channels.some((channel) => channel.state === state);
  if (!isOnline) return { kind: "offline", label: "Offline", details };
  if (has("waiting")) return { kind: "reconnecting", label: "Reconnecting…", details };
  if (has("connecting")) return { kind: "connecting", label: "Connecting…", details };
  if (has("closed")) return { kind: "closed", label: "Read only", details };
  return { kind: "online", label: "Connected", details };
}
