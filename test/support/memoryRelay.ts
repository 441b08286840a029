/**
 * Several companions' relays without a Redis: a hub that a test can cut, slow down and make forget.
 * Frames take `latencyMs` of the clock and stay in order from each sender; what is said while either
 * side is cut is lost, as with pub/sub.
 */
import { LEASE_MS, type BoardRelay, type RelayListener } from "../../src/sync/boardRelay.ts";
import type { Clock } from "../../src/util/clock.ts";

export interface MemoryRelay extends BoardRelay {
  /** Nothing gets through any more, and nobody can be asked for a lease. */
  cut(): void;
  /** Gets through again. */
  mend(): void;
}

export interface RelayHub {
  /** One more companion. */
  companion(): MemoryRelay;
  /** How long a frame is on its way. */
  latencyMs: number;
  /** Decides for each frame and listener whether it is lost on the way; false for all at first. */
  loses: () => boolean;
  /** All leases are forgotten, as by a Redis that was started anew. */
  forgetLeases(): void;
  /** Frames that have been delivered. */
  delivered: number;
}

interface Member {
  voice: string;
  companion: { isCut: boolean };
  listener: RelayListener;
}

export function createRelayHub(clock: Clock): RelayHub {
  const boards = new Map<string, Set<Member>>();
  const leases = new Map<string, { voice: string; until: number }>();
  let voices = 0;

  function deliver(sessionId: string, from: Member, frame: Uint8Array): void {
    if (from.companion.isCut) return;
    for (const member of boards.get(sessionId) ?? []) {
      if (member.companion === from.companion || hub.loses()) continue;
      clock.after(hub.latencyMs, () => {
        const isThere = boards.get(sessionId)?.has(member) === true;
        if (!isThere || member.companion.isCut || from.companion.isCut) return;
        hub.delivered++;
        member.listener.onFrame(frame);
      });
    }
  }

  function lease(sessionId: string, { voice, companion }: Member): boolean {
    if (companion.isCut) return true; // nobody can be asked
    const held = leases.get(sessionId);
    if (held !== undefined && held.voice !== voice && held.until > clock.now()) return false;
    leases.set(sessionId, { voice, until: clock.now() + LEASE_MS });
    return true;
  }

  function release(sessionId: string, { voice, companion }: Member): void {
    if (!companion.isCut && leases.get(sessionId)?.voice === voice) leases.delete(sessionId);
  }

  function join(sessionId: string, companion: Member["companion"], listener: RelayListener) {
    const member = { voice: `v${voices++}`, companion, listener };
    const members = boards.get(sessionId) ?? new Set();
    boards.set(sessionId, members.add(member));
    if (!companion.isCut) clock.after(hub.latencyMs, () => listener.onMeeting());
    return {
      voice: member.voice,
      say: (frame: Uint8Array) => deliver(sessionId, member, frame),
      lease: () => Promise.resolve(lease(sessionId, member)),
      release: () => release(sessionId, member),
      leave() {
        members.delete(member);
        release(sessionId, member);
      },
    };
  }

  const hub: RelayHub = {
    latencyMs: 1,
    loses: () => false,
    delivered: 0,
    forgetLeases: () => leases.clear(),
    companion() {
      const companion = { isCut: false };
      return {
        join: (sessionId, listener) => join(sessionId, companion, listener),
        cut: () => (companion.isCut = true),
        mend() {
          companion.isCut = false;
          for (const members of boards.values()) {
            for (const member of members) {
              if (member.companion === companion) member.listener.onMeeting();
            }
          }
        },
      };
    },
  };
  return hub;
}
