/**
 * Time that passes only when told to: what is due is done in order, and everything that waits for a
 * promise goes on before the next. Thousands of runs fit into seconds, and a seed repeats one exactly.
 */
import type { Clock } from "../../../src/util/clock.ts";

interface Task {
  at: number;
  order: number;
  run: (() => void) | undefined;
  /** Nothing waits for a promise because of it. */
  isSimple: boolean;
}

export class VirtualTime implements Clock {
  #now = 1_000_000;
  #order = 0;
  /** A binary heap, the next task first. */
  readonly #tasks: Task[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#add({ at: this.#now + Math.max(0, delayMs), run, isSimple: false });
  }

  /** The same for what neither makes nor settles promises; much faster. */
  simplyAt(at: number, run: () => void): void {
    this.#add({ at, run, isSimple: true });
  }

  #add(fields: Omit<Task, "order">): () => void {
    const task: Task = { ...fields, order: this.#order++ };
    this.#push(task);
    return () => (task.run = undefined);
  }

  /** Does all that is due in the next `ms`. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await promisesGoOn();
    for (let next = this.#tasks[0]; next !== undefined && next.at <= until; next = this.#tasks[0]) {
      this.#pop();
      if (next.run === undefined) continue;
      this.#now = next.at;
      next.run();
      if (!next.isSimple) await promisesGoOn();
    }
    this.#now = until;
  }

  #push(task: Task): void {
    const tasks = this.#tasks;
    let i = tasks.push(task) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(task, tasks[parent]!)) break;
      tasks[i] = tasks[parent]!;
      i = parent;
    }
    tasks[i] = task;
  }

  #pop(): void {
    const tasks = this.#tasks;
    const last = tasks.pop()!;
    if (tasks.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= tasks.length) break;
      if (child + 1 < tasks.length && isBefore(tasks[child + 1]!, tasks[child]!)) child++;
      if (!isBefore(tasks[child]!, last)) break;
      tasks[i] = tasks[child]!;
      i = child;
    }
    tasks[i] = last;
  }
}

const isBefore = (a: Task, b: Task) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** All that waits for promises, however many, goes on before the next macrotask. */
const promisesGoOn = () => new Promise<void>((resolve) => setImmediate(resolve));
