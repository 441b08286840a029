import { expect, it } from "vitest";

import { MemoryBudget } from "./memoryBudget.ts";
import { Overload } from "./socketFault.ts";

const MEBI = 1024 * 1024;

it("[HO3] one socket may hold 64 Mi characters, and more when it gave some back", () => {
  const socket = MemoryBudget.ofEngine().forSocket();
  socket.take(64 * MEBI);
  expect(() => socket.take(1)).toThrow(Overload);
  socket.giveBack(1);
  socket.take(1);
});

it("[HO3] all sockets together may hold 512 Mi; what was refused is not counted", () => {
  const engine = MemoryBudget.ofEngine();
  const sockets = Array.from({ length: 9 }, () => engine.forSocket());
  for (const socket of sockets.slice(0, 8)) socket.take(64 * MEBI);
  const [first, last] = [sockets[0]!, sockets[8]!];
  expect(() => last.take(1)).toThrow(Overload);
  expect([last.heldChars, engine.heldChars]).toEqual([0, 512 * MEBI]);
  first.giveBack(64 * MEBI);
  last.take(64 * MEBI);
});
