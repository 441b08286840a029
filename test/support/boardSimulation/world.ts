/**
 * One session's board, the people on it, the companions that serve it, what they hear each other through
 * and the store behind them, on a time and a network of their own. Does what a list of steps says, and
 * then heals everything.
 */
import type * as Y from "yjs";
import type { PrincipalListener, PrincipalWatch } from "../../../src/protocol/principal.ts";
import { encodeUpdateMessage } from "../../../src/protocol/boardMessages.ts";
import { CONTENTS, emptyContent } from "../hostileUpdates.ts";
import { createRelayHub, type RelayHub } from "../memoryRelay.ts";
import { Chance } from "./chance.ts";
import { Ledger, type Allowance } from "./ledger.ts";
import { object, peoplesDeeds, type Deeds } from "./peoplesDeeds.ts";
import { Restorations } from "./restorations.ts";
import { createPrincipal } from "../memorySocket.ts";
import { SimulatedCompanion } from "./simulatedCompanion.ts";
import { SimulatedConvex } from "./simulatedConvex.ts";
import { SimulatedLine } from "./simulatedLine.ts";
import { SimulatedPeer, type Dial } from "./simulatedPeer.ts";
import type { SimulatedProcess } from "./simulatedProcess.ts";
import { PEOPLE, type Step, type StepType } from "./steps.ts";
import { VirtualTime } from "./virtualTime.ts";

export const SESSION = "session";
const MAX_OPENING_MS = 30;
/** They still draw for a while. */
const LESSON_ENDS_MS = 3_000;
/** After this no pause, stall, backoff or mark of before lasts. */
const HEALING_MS = 75_000;
const MAX_RELAY_LATENCY_MS = 20;
/** Of what is said while the relay loses some. */
const LOST_PERCENT = 30;
/** What was lost is noticed when vectors are compared, every ten seconds. */
const HEARD_AGAIN_MS = 12_000;

/** Above all that people have. */
const HOSTILE_CLIENT = 2 ** 30;

const NOTHING: Allowance = { mayEditAssistants: false, mayEditOthers: false };

export class World {
  readonly time = new VirtualTime();
  readonly chance: Chance;
  readonly convex: SimulatedConvex;
  readonly people: SimulatedPeer[];
  readonly ledger = new Ledger();
  readonly restorations: Restorations;
  readonly companions: SimulatedCompanion[];
  /** Undefined: there is one companion, which hears no other. */
  readonly #hub: RelayHub | undefined;
  #isHealing = false;
  #lossyUntil = -Infinity;
  readonly #lines = new Map<SimulatedPeer, SimulatedLine>();
  /** The companion that each dialled last. */
  readonly #servedBy = new Map<SimulatedPeer, SimulatedCompanion>();
  readonly #orphans = new Set<string>();
  #counter = 0;
  #may: Allowance = NOTHING;

  constructor(seed: number, companions: number) {
    this.chance = new Chance(seed);
    this.convex = new SimulatedConvex(this.time, this.chance);
    this.restorations = new Restorations(this.convex, (ids) => {
      for (const id of ids) this.ledger.restoredAway.add(id);
    });
    this.#hub = companions > 1 ? this.#createHub() : undefined;
    this.companions = Array.from({ length: companions }, () => this.#startCompanion());
    this.people = PEOPLE.map((name, i) => {
      const dial: Dial = (peer) => this.#dial(peer);
      const clientId = 2 ** 24 * (i + 1); // above those of rooms, as nearly all are
      const peer = new SimulatedPeer({ name, clientId, time: this.time, dial });
      peer.onTold = (ids) => this.ledger.tell(ids, this.#lines.get(peer)!.process);
      return peer;
    });
    this.people[0]!.principal.set({ role: "teacher" });
    this.#setSettings(NOTHING);
    this.ledger.hasForgotten = companions > 1; // what one has heard another may not know yet
  }

  #createHub(): RelayHub {
    const hub = createRelayHub(this.time);
    hub.latencyMs = () => this.chance.between(1, MAX_RELAY_LATENCY_MS);
    return hub;
  }

  #startCompanion(): SimulatedCompanion {
    return new SimulatedCompanion({
      time: this.time,
      convex: this.convex,
      hub: this.#hub,
      onEnd: (process, isSaved) => this.#endProcess(process, isSaved),
      onBreakdown: (process) => this.#loseUnsaved(process),
    });
  }

  /** Those that serve the board now. */
  get processes(): SimulatedProcess[] {
    return this.companions.map(({ process }) => process).filter((one) => one !== undefined);
  }

  /** What was wrong so far. */
  get faults(): string[] {
    return [...this.ledger.faults, ...this.companions.flatMap((one) => one.allFaults())];
  }

  async perform(step: Step): Promise<void> {
    (this.#deeds[step.type] as (step: Step) => void)(step);
    this.ledger.noteRoles(this.people, this.time.now());
    this.ledger.judge(this.people, this.#may);
    await this.time.pass(step.waitMs);
  }

  readonly #deeds: Deeds<StepType> = {
    ...peoplesDeeds(this),
    keepVersion: ({ at }) => {
      const { process } = this.#companion(at);
      const version = { label: "kept", userId: PEOPLE[0] };
      process?.run(() => void process.rooms.keepVersion(SESSION, version).catch(() => undefined));
    },
    restoreVersion: ({ at }) => {
      const { process } = this.#companion(at);
      const versions = this.convex.versions.whole();
      if (process === undefined || versions.length === 0) return;
      const { versionId } = this.chance.pick(versions);
      this.restorations.begin(process, SESSION, versionId, PEOPLE[0]);
    },
    poison: ({ at }) => {
      const { process } = this.#companion(at);
      if (process !== undefined) this.#poison(process);
    },
    assistantDraws: ({ at }) => {
      const id = this.newId("assistants");
      const { process } = this.#companion(at);
      process?.run(() => {
        process.rooms
          .draw(SESSION, () => [{ type: "add", object: object(id) }])
          .catch(() => undefined);
      });
    },
    loseLine: ({ who }) => this.person(who).line?.cut(),
    goOffline: ({ who, forMs }) => {
      this.person(who).disconnect();
      this.time.after(forMs, () => this.person(who).connect());
    },
    reload: ({ who }) => this.person(who).reload(),
    allLeave: ({ forMs, storeCutMs }) => {
      if (storeCutMs > 0) this.#cutStore(storeCutMs);
      for (const person of this.people) {
        this.time.after(LESSON_ENDS_MS, () => {
          if (this.#isHealing) return;
          person.reload();
          person.disconnect();
        });
        this.time.after(LESSON_ENDS_MS + forMs, () => person.connect());
      }
    },
    stopReading: ({ who, forMs }) => {
      const { line } = this.person(who);
      line?.stopReading();
      this.time.after(forMs, () => line?.readOn());
    },
    setRole: ({ who, role }) => this.person(who).principal.set({ role }),
    setSettings: (may) => this.#setSettings(may),
    tokenExpires: ({ who }) => {
      const { line } = this.person(who);
      line?.process.run(() => line.socket.close("unauthenticated"));
    },
    processDies: ({ at, backAfterMs }) => {
      this.#companion(at).die();
      this.time.after(backAfterMs, () => this.#companion(at).start());
    },
    processStops: ({ at, forMs }) => this.#companion(at).stop(forMs),
    processRestarts: ({ at }) => void this.#companion(at).restart(),
    storeCut: ({ forMs }) => this.#cutStore(forMs),
    lineToStoreCut: ({ at, forMs }) => this.#companion(at).cutFromStore(forMs),
    lineToRelayCut: ({ at, forMs }) => this.#companion(at).cutFromRelay(forMs),
    allLinesCut: ({ at, forMs }) => {
      this.#companion(at).cutFromStore(forMs);
      this.#companion(at).cutFromRelay(forMs);
    },
    relayLoses: ({ forMs }) => {
      if (this.#hub === undefined) return;
      this.#hub.loses = () => this.chance.happens(LOST_PERCENT);
      this.#lossyUntil = Math.max(this.#lossyUntil, this.time.now() + forMs);
      this.time.after(forMs, () => this.#losesNothing());
    },
    relayDies: ({ forMs }) => {
      for (const companion of this.companions) companion.cutFromRelay(forMs);
      this.#hub?.forgetLeases();
    },
  };

  /** Somebody with a client of their own making sends what Yjs breaks on as soon as it is taken in. */
  #poison(process: SimulatedProcess): void {
    const peer = { onMessage: () => undefined, onClose: () => undefined };
    const line = new SimulatedLine({ time: this.time, chance: this.chance, process, peer });
    process.run(() => {
      process.rooms.openBoardSocket(line.socket, createPrincipal({ userId: "eve" }));
    });
    const client = HOSTILE_CLIENT + this.nextNumber();
    line.say(encodeUpdateMessage(emptyContent(client, CONTENTS.deleted, "poison")));
  }

  #losesNothing(): void {
    if (this.#hub !== undefined) this.#hub.loses = () => false;
  }

  #cutStore(forMs: number): void {
    this.convex.cut();
    this.time.after(forMs, () => this.convex.heal());
  }

  /** Everybody is there and may write, everything works; until what was on its way has arrived. */
  async heal(): Promise<void> {
    this.#isHealing = true;
    this.convex.heal();
    this.#losesNothing();
    for (const companion of this.companions) companion.heal();
    this.#setSettings(NOTHING);
    for (const [i, person] of this.people.entries()) {
      person.principal.set({ role: i === 0 ? "teacher" : "student" });
      person.line?.readOn();
      person.connect();
    }
    this.ledger.noteRoles(this.people, this.time.now());
    this.ledger.judge(this.people, NOTHING);
    await this.time.pass(HEALING_MS);
  }

  #endProcess(process: SimulatedProcess, isSaved: boolean): void {
    this.ledger.hasForgotten = true;
    this.restorations.interrupt(process, this.#docs());
    if (isSaved) this.ledger.checkSaved(process, this.convex.everCommitted);
    else this.#loseUnsaved(process);
    for (const line of this.#lines.values()) line.cutIfServedBy(process);
  }

  #loseUnsaved(process: SimulatedProcess): void {
    this.ledger.hasForgotten = true;
    this.ledger.forgive(process, this.convex.everCommitted);
    this.#noteOrphans();
  }

  /** All that is left of what was ever on the board, but for what only processes have. */
  #docs(): Y.Doc[] {
    return [this.convex.committed, ...this.people.map(({ doc }) => doc)];
  }

  #dial(peer: SimulatedPeer): SimulatedLine | undefined {
    const running = this.companions.filter(({ process }) => process !== undefined);
    if (running.length === 0) return undefined;
    const companion = this.chance.pick(running);
    const process = companion.process!;
    this.#servedBy.set(peer, companion);
    this.excuse(peer, { isDialling: true });
    const line = new SimulatedLine({ time: this.time, chance: this.chance, process, peer });
    this.#lines.set(peer, line);
    const watch = this.#watchOf(peer, process);
    this.time.after(this.chance.between(1, MAX_OPENING_MS), () => {
      process.run(() => process.rooms.openBoardSocket(line.socket, watch));
    });
    return line;
  }

  /** What the tutor drew and no living process may have heard of: the one that died had not saved it. */
  #noteOrphans(): void {
    for (const { objects } of this.people) {
      for (const id of objects.keys()) {
        if (id.startsWith("assistants") && !this.convex.everCommitted.has(id))
          this.#orphans.add(id);
      }
    }
  }

  /**
   * What somebody has tried to spoil and brings to a companion that cannot have heard of it is taken for
   * forged. Whichever has shown it to anybody has heard of it, however cut off it may be.
   */
  excuse(peer: SimulatedPeer, { isDialling }: { isDialling: boolean }): void {
    const companion = this.#servedBy.get(peer);
    const isLossy = this.time.now() - this.#lossyUntil < HEARD_AGAIN_MS;
    const isApart = isLossy || this.companions.some((one) => one.source !== "others");
    for (const { id, by } of this.ledger.spoils) {
      const isStored = this.convex.everCommitted.has(id);
      const isBroughtFirst = isDialling && this.#orphans.has(id);
      const isUnheard = isApart ? !(isStored && companion?.source === "store") : isBroughtFirst;
      const isKnown = this.ledger.hasShown(id, companion?.process);
      if (by === peer.name && isUnheard && !isKnown) this.ledger.spoilable.add(id);
    }
  }

  /** What the process knows of a person: a little late. */
  #watchOf({ principal }: SimulatedPeer, process: SimulatedProcess): PrincipalWatch {
    let known = principal.current();
    let listener: PrincipalListener | undefined;
    const principalChanged = () => {
      this.time.after(this.chance.between(1, MAX_OPENING_MS), () => {
        process.run(() => {
          known = principal.current(); // the newest, in whatever order the news arrive
          listener?.principalChanged(known);
        });
      });
    };
    principal.onChange({ principalChanged });
    return {
      current: () => known,
      onChange(next) {
        listener = next;
      },
    };
  }

  #setSettings(may: Allowance): void {
    this.#may = may;
    for (const { principal } of this.people) {
      const { settings } = principal.current();
      principal.set({
        settings: {
          ...settings,
          studentsMayEditAssistantObjects: may.mayEditAssistants,
          studentsMayEditOthersObjects: may.mayEditOthers,
        },
      });
    }
  }

  #companion(at: number): SimulatedCompanion {
    return this.companions[at % this.companions.length]!;
  }

  person(who: number): SimulatedPeer {
    return this.people[who]!;
  }

  newId(prefix: string): string {
    return `${prefix}-${this.nextNumber()}`;
  }

  nextNumber(): number {
    return this.#counter++;
  }

  dispose(): void {
    for (const person of this.people) person.dispose();
  }
}
