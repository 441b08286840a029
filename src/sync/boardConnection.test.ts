import { expect, it } from "vitest";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { createMemorySocket, createPrincipal } from "../../test/support/memorySocket.ts";
import {
  BoardConnection,
  STALL_LIMIT_MS,
  STALLED_BYTES,
  type BoardDesk,
} from "./boardConnection.ts";
import { BOARD_LIMITS } from "./boardLimits.ts";

const [diff, presence, frame] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];

function connect() {
  const clock = createFakeClock();
  const socket = createMemorySocket();
  const asked: Uint8Array[] = [];
  const desk: BoardDesk = {
    receive: () => undefined,
    stateVector: () => Uint8Array.of(7),
    catchUp(stateVector) {
      asked.push(stateVector);
      return diff;
    },
    presence: () => presence,
  };
  const connection = new BoardConnection({
    socket,
    watch: createPrincipal(),
    desk,
    clock,
    limits: BOARD_LIMITS,
  });
  return { clock, socket, connection, asked };
}

it("[WB11] a stalled reader is sent nothing more, then one diff from where it was", async () => {
  const { clock, socket, connection, asked } = connect();
  socket.buffered = STALLED_BYTES + 1;
  for (let i = 0; i < 100; i++) connection.send(frame);
  expect(socket.sent).toEqual([frame]);
  socket.buffered = 0;
  await clock.advance(1_000);
  expect(socket.sent).toEqual([frame, diff, presence]);
  expect(asked).toEqual([Uint8Array.of(7)]);
  connection.send(frame);
  expect(socket.sent).toHaveLength(4);
  expect(clock.pending()).toBe(0);
});

it("[WB11] a reader that makes no progress is closed 1013, a slow one is not", async () => {
  const { clock, socket, connection } = connect();
  socket.buffered = 10 * STALLED_BYTES;
  connection.send(frame);
  for (let i = 0; i < 5; i++) {
    await clock.advance(STALL_LIMIT_MS / 2);
    socket.buffered -= 1;
  }
  expect(socket.closedWith).toBeUndefined();
  await clock.advance(STALL_LIMIT_MS + 1_000);
  expect(socket.closedWith).toBe(1013);
  expect(clock.pending()).toBe(0);
});
