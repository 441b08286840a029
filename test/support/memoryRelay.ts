/**
 * Several companions' relays without a Redis: a hub that a test can cut, slow down and make forget.
 * Frames take `latencyMs` of the clock and arrive at each companion in the order in which they got
 * there, as over its one connection; what is said while either side is cut is lost, as with pub/sub.
 * Their beats take no time and are lost by cuts alone.
 */
import {
  LEASE_MS,
  type BoardRelay,
  type RelayChannel,
  type RelayListener,
} from "../../src/sync/peers/boardRelay.ts";
import type { TurnRelayListener } from "../../src/tutor/turnRelay.ts";
import { CompanionPulse } from "../../src/relay/companionPulse.ts";
import type { Clock } from "../../src/util/clock.ts";

export interface MemoryRelay extends BoardRelay {
  /** Boards watch for companions that fall silent; turns do not. */
  join(sessionId: string, listener: RelayListener | TurnRelayListener): RelayChannel;
  /** Nothing gets through any more, and nobody can be asked for a lease. */
  cut(): void;
  /** Gets through again. */
  mend(): void;
  /** The process is gone: it hears nothing any more, and its leases run out. */
  die(): void;
}

export interface RelayHub {
  /** One more companion. `run`: what it hears is done in it. */
  companion(run?: (task: () => void) => void): MemoryRelay;
  /** How long the next frame is on its way, at least. */
  latencyMs: () => number;
  /** Decides for each frame and listener whether it is lost on the way; false for all at first. */
  loses: () => boolean;
  /** All leases are forgotten, as by a Redis that was started anew. */
  forgetLeases(): void;
  /** Whether the board may be saved by one of that companion's rooms, and by nobody else. */
  holdsLease(sessionId: string, companion: MemoryRelay): boolean;
  /** Frames that have been delivered. */
  delivered: number;
}

/** How a companion hears. */
interface Line {
  name: string;
  isCut: boolean;
  /** When what it hears last arrives. */
  arrivalAt: number;
  run: (task: () => void) => void;
}

interface Companion extends Line {
  pulse: CompanionPulse;
  relay?: MemoryRelay;
}

interface Member {
  voice: string;
  companion: Companion;
  listener: TurnRelayListener;
  unwatch: () => void;
}

export function createRelayHub(clock: Clock): RelayHub {
  const boards = new Map<string, Set<Member>>();
  const leases = new Map<string, { voice: string; companion: Companion; until: number }>();
  const beats = new Map<Line, (name: string) => void>(); // whoever listens to them
  let companions = 0;
  let voices = 0;

  /** Does it in the companion, when it has got there. */
  function arrive(companion: Companion, task: () => void): void {
    const at = Math.max(companion.arrivalAt, clock.now() + hub.latencyMs());
    companion.arrivalAt = at;
    clock.after(at - clock.now(), () => companion.run(task));
  }

  function deliver(sessionId: string, from: Member, frame: Uint8Array): void {
    if (from.companion.isCut) return;
    for (const member of boards.get(sessionId) ?? []) {
      if (member.companion === from.companion || hub.loses()) continue;
      arrive(member.companion, () => {
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
    leases.set(sessionId, { voice, companion, until: clock.now() + LEASE_MS });
    return true;
  }

  function release(sessionId: string, { voice, companion }: Member): void {
    if (!companion.isCut && leases.get(sessionId)?.voice === voice) leases.delete(sessionId);
  }

  function join(
    sessionId: string,
    companion: Companion,
    listener: RelayListener | TurnRelayListener,
  ) {
    const voice = `${companion.name}.${voices++}`;
    const unwatch = "onSilence" in listener ? companion.pulse.watch(listener) : () => undefined;
    const member = { voice, companion, listener, unwatch };
    const members = boards.get(sessionId) ?? new Set();
    boards.set(sessionId, members.add(member));
    if (!companion.isCut) arrive(companion, () => listener.onMeeting());
    return {
      voice: member.voice,
      isOpen: () => !companion.isCut,
      say: (frame: Uint8Array) => deliver(sessionId, member, frame),
      lease: () => Promise.resolve(lease(sessionId, member)),
      release: () => release(sessionId, member),
      leave() {
        member.unwatch();
        members.delete(member);
        release(sessionId, member);
      },
    };
  }

  function createPulse(line: Line): CompanionPulse {
    return new CompanionPulse({
      name: line.name,
      clock: {
        now: () => clock.now(),
        after: (ms, task) => clock.after(ms, () => line.run(task)),
      },
      join(onBeat) {
        beats.set(line, onBeat);
        return {
          leave: () => beats.delete(line),
          say(name) {
            if (line.isCut) return;
            for (const [other, hear] of beats) if (!other.isCut) other.run(() => hear(name));
          },
        };
      },
    });
  }

  /** The rooms of a companion, with the boards that they are of. */
  function* roomsOf(companion: Companion): Iterable<[Set<Member>, Member]> {
    for (const members of boards.values()) {
      for (const member of members) if (member.companion === companion) yield [members, member];
    }
  }

  const hub: RelayHub = {
    latencyMs: () => 1,
    loses: () => false,
    delivered: 0,
    forgetLeases: () => leases.clear(),
    holdsLease(sessionId, relay) {
      const held = leases.get(sessionId);
      return held?.companion.relay === relay && held.until > clock.now();
    },
    companion(run = (task) => task()) {
      const line: Line = { name: `c${companions++}`, isCut: false, arrivalAt: 0, run };
      const companion: Companion = Object.assign(line, { pulse: createPulse(line) });
      companion.relay = {
        join: (sessionId, listener) => join(sessionId, companion, listener),
        cut: () => (companion.isCut = true),
        mend() {
          companion.isCut = false;
          for (const [, { listener }] of roomsOf(companion)) run(() => listener.onMeeting());
        },
        die() {
          for (const [members, member] of [...roomsOf(companion)]) {
            member.unwatch();
            members.delete(member);
          }
        },
      };
      return companion.relay;
    },
  };
  return hub;
}
