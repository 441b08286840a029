/**
 * One session's board, the people on it, the process that serves it and the store behind that, on a time
 * and a network of their own. Does what a list of steps says, and then heals everything.
 */
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { Principal, PrincipalWatch } from "../../../src/protocol/principal.ts";
import { Chance } from "./chance.ts";
import { Ledger } from "./ledger.ts";
import { SimulatedConvex } from "./simulatedConvex.ts";
import { SimulatedLine } from "./simulatedLine.ts";
import { SimulatedPeer, type Dial } from "./simulatedPeer.ts";
import { SimulatedProcess } from "./simulatedProcess.ts";
import { PEOPLE, type Step, type StepType } from "./steps.ts";
import { VirtualTime } from "./virtualTime.ts";

export const SESSION = "session";
const MAX_OPENING_MS = 30;
/** They still draw for a while. */
const LESSON_ENDS_MS = 3_000;
/** As in main.ts: what has not drained by then is left. */
const DRAIN_LIMIT_MS = 4_500;
/** After this no pause, stall, backoff or mark of before lasts. */
const HEALING_MS = 75_000;
/** The store's longest pause between two attempts, and the attempt. */
const RETRY_MS = 20_000;
/** What SV2 promises, and the time that a write takes. */
const MAX_UNSAVED_MS = 1_000;

export class World {
  readonly time = new VirtualTime();
  readonly chance: Chance;
  readonly convex: SimulatedConvex;
  readonly people: SimulatedPeer[];
  readonly ledger = new Ledger();
  readonly faults: string[] = [];
  #process: SimulatedProcess | undefined;
  #isRestarting = false;
  #isHealing = false;
  readonly #lines = new Map<SimulatedPeer, SimulatedLine>();
  #counter = 0;
  #mayEditAssistants = false;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    this.convex = new SimulatedConvex(this.time, this.chance);
    this.#process = new SimulatedProcess(this.time, this.convex);
    this.people = PEOPLE.map((name, i) => {
      const dial: Dial = (peer) => this.#dial(peer);
      const onTold = (ids: string[]) => this.ledger.tell(ids);
      const clientId = 1_000 * (i + 1);
      return new SimulatedPeer({ name, clientId, time: this.time, dial, onTold });
    });
    this.people[0]!.principal.set({ role: "teacher" });
  }

  /** @throws when nothing serves the board */
  get process(): SimulatedProcess {
    if (this.#process === undefined) throw new Error("no process is there");
    return this.#process;
  }

  async perform(step: Step): Promise<void> {
    (this.#deeds[step.type] as (step: Step) => void)(step);
    this.ledger.noteRoles(this.people, this.time.now());
    this.ledger.judge(this.people, this.#mayEditAssistants);
    await this.time.pass(step.waitMs);
  }

  readonly #deeds: { [Type in StepType]: (step: Extract<Step, { type: Type }>) => void } = {
    draw: ({ who, chars }) => {
      const person = this.#person(who);
      const id = this.#id(`drawn-${person.name}`);
      const more = chars > 0 ? { kind: "path" as const, points: "M 1 ".repeat(chars / 4) } : {};
      this.ledger.made(id, person, this.time.now());
      person.objects.set(id, object(id, more));
    },
    change: ({ who, key }) => {
      this.#person(who).objects.set(key, object(key, { x: this.#counter++ }));
    },
    erase: ({ who }) => {
      const { objects, name } = this.#person(who);
      const own = [...objects.keys()].filter((id) => id.startsWith(`drawn-${name}`));
      if (own.length === 0) return;
      const id = this.chance.pick(own);
      objects.delete(id);
      this.ledger.erased.add(id);
    },
    note: ({ who }) => {
      const person = this.#person(who);
      const id = this.#id("note");
      this.ledger.made(id, person, this.time.now());
      person.notes.insert(this.chance.between(0, person.notes.length), [id]);
    },
    mark: ({ who, lifetimeMs }) => {
      const id = this.#id("mark");
      const expiresAt = this.time.now() + lifetimeMs;
      const mark = object(id, { kind: "highlight_stroke", metadata: { expiresAt } });
      this.#person(who).marks.set(id, mark);
    },
    forge: ({ who, key }) => {
      const forged = object(key, { fill: "forged", metadata: { source: "assistant" } });
      this.#person(who).objects.set(key, forged);
      this.ledger.forgeries++;
    },
    spoil: ({ who, isDeletion }) => {
      const { objects, name } = this.#person(who);
      const assistants = [...objects.keys()].filter((id) => id.startsWith("assistants"));
      if (assistants.length === 0) return;
      const id = this.chance.pick(assistants);
      this.ledger.spoils.push({ id, by: name });
      const metadata = { source: "assistant" as const };
      if (isDeletion) objects.delete(id);
      else objects.set(id, object(id, { fill: "spoiled", metadata }));
    },
    assistantDraws: () => {
      const id = this.#id("assistants");
      const process = this.#process;
      process?.run(() => {
        process.rooms
          .draw(SESSION, () => [{ type: "add", object: object(id) }])
          .catch(() => undefined);
      });
    },
    loseLine: ({ who }) => this.#person(who).line?.cut(),
    goOffline: ({ who, forMs }) => {
      this.#person(who).disconnect();
      this.time.after(forMs, () => this.#person(who).connect());
    },
    reload: ({ who }) => this.#person(who).reload(),
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
      const { line } = this.#person(who);
      line?.stopReading();
      this.time.after(forMs, () => line?.readOn());
    },
    setRole: ({ who, role }) => this.#person(who).principal.set({ role }),
    setSettings: ({ mayEditAssistants }) => this.#setSettings(mayEditAssistants),
    tokenExpires: ({ who }) => {
      const { line } = this.#person(who);
      this.#process?.run(() => line?.socket.close("unauthenticated"));
    },
    processDies: ({ backAfterMs }) => {
      this.#checkUnsaved();
      this.#endProcess();
      this.time.after(backAfterMs, () => this.#startProcess());
    },
    processStops: ({ forMs }) => {
      const process = this.#process;
      process?.stop();
      this.time.after(forMs, () => process?.goOn());
    },
    processRestarts: () => void this.#restart(),
    storeCut: ({ forMs }) => this.#cutStore(forMs),
  };

  #cutStore(forMs: number): void {
    this.convex.cut();
    this.time.after(forMs, () => this.convex.heal());
  }

  /** Everybody is there and may write, everything works; until what was on its way has arrived. */
  async heal(): Promise<void> {
    this.#isHealing = true;
    this.convex.heal();
    this.#process?.goOn();
    this.#startProcess();
    this.#setSettings(false);
    for (const [i, person] of this.people.entries()) {
      person.principal.set({ role: i === 0 ? "teacher" : "student" });
      person.line?.readOn();
      person.connect();
    }
    this.ledger.noteRoles(this.people, this.time.now());
    this.ledger.judge(this.people, false);
    await this.time.pass(HEALING_MS);
  }

  /** Ends this process in an orderly way and starts another. */
  async #restart(): Promise<void> {
    const process = this.#process;
    if (process?.isRunning !== true) return;
    this.#process = undefined;
    this.#isRestarting = true;
    const over = (isSaved: boolean) => {
      if (process.isDead) return;
      this.#isRestarting = false;
      if (!isSaved && this.#isStoreHealthy()) this.faults.push("a drain left something unsaved");
      this.#endProcess(process, isSaved);
      this.#startProcess();
    };
    this.time.after(DRAIN_LIMIT_MS, () => over(false));
    await process.rooms.drain().then(
      () => over(true),
      () => over(false),
    );
  }

  #startProcess(): void {
    if (this.#isRestarting) return; // it will be started after the drain
    this.#process ??= new SimulatedProcess(this.time, this.convex);
  }

  #endProcess(process = this.#process, isSaved = false): void {
    if (process === undefined) return;
    if (isSaved) this.ledger.checkSaved(this.convex.everCommitted);
    else this.ledger.forgive(this.convex.everCommitted);
    this.faults.push(...process.crashes.map((error) => `the process crashed: ${String(error)}`));
    process.die();
    if (process === this.#process) this.#process = undefined;
    for (const line of this.#lines.values()) line.cutIfServedBy(process);
  }

  #dial(peer: SimulatedPeer): SimulatedLine | undefined {
    const process = this.#process;
    if (process === undefined) return undefined;
    const line = new SimulatedLine({ time: this.time, chance: this.chance, process, peer });
    this.#lines.set(peer, line);
    const watch = this.#watchOf(peer, process);
    this.time.after(this.chance.between(1, MAX_OPENING_MS), () => {
      process.run(() => process.rooms.openBoardSocket(line.socket, watch));
    });
    return line;
  }

  /** What the process knows of a person: a little late. */
  #watchOf({ principal }: SimulatedPeer, process: SimulatedProcess): PrincipalWatch {
    let known = principal.current();
    const listeners = new Set<(principal: Principal) => void>();
    principal.onChange(() => {
      this.time.after(this.chance.between(1, MAX_OPENING_MS), () => {
        process.run(() => {
          known = principal.current(); // the newest, in whatever order the news arrive
          for (const listener of [...listeners]) listener(known);
        });
      });
    });
    return {
      current: () => known,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }

  #setSettings(mayEditAssistants: boolean): void {
    this.#mayEditAssistants = mayEditAssistants;
    for (const { principal } of this.people) {
      const { settings } = principal.current();
      principal.set({
        settings: { ...settings, studentsMayEditAssistantObjects: mayEditAssistants },
      });
    }
  }

  /** What a process that dies now takes with it is at most a second old, if the store could be reached. */
  #checkUnsaved(): void {
    if (this.#process?.isRunning !== true || !this.#isStoreHealthy()) return;
    const { oldestUnsavedMs } = this.#process.rooms.stats();
    if (oldestUnsavedMs > MAX_UNSAVED_MS) {
      this.faults.push(`a change was unsaved for ${oldestUnsavedMs} ms`);
    }
  }

  #isStoreHealthy(): boolean {
    return !this.convex.isCut && this.time.now() - this.convex.healthySince > RETRY_MS;
  }

  #person(who: number): SimulatedPeer {
    return this.people[who]!;
  }

  #id(prefix: string): string {
    return `${prefix}-${this.#counter++}`;
  }

  dispose(): void {
    for (const person of this.people) person.dispose();
  }
}

function object(id: string, more: Partial<CanvasObject> = {}): CanvasObject {
  return { id, kind: "rect", ...more };
}
