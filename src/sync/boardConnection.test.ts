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

/** `pieces`: the questions that each answer but the last leaves open. */
function connect(pieces: Uint8Array[] = []) {
  const clock = createFakeClock();
  const socket = createMemorySocket();
  const asked: Uint8Array[] = [];
  const desk: BoardDesk = {
    receive: () => undefined,
    leave: () => undefined,
    stateVector: () => Uint8Array.of(7),
    replyTo(stateVector) {
      asked.push(stateVector);
      return { frame: diff, next: pieces.shift() };
    },
    departures: () => 0,
    presenceSince: () => presence,
    follow: () => undefined,
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

it("[WB15] a reader that is behind gets its answer when it has drained, piece by piece", async () => {
  const { clock, socket, connection, asked } = connect([Uint8Array.of(8), Uint8Array.of(9)]);
  socket.buffered = STALLED_BYTES + 1;
  connection.send(frame);
  connection.answer(Uint8Array.of(5));
  await clock.advance(1_000);
  expect(socket.sent).toEqual([frame]);
  socket.buffered = 0;
  await clock.advance(1_000);
  expect(asked).toEqual([5, 8, 9].map((byte) => Uint8Array.of(byte)));
  expect(socket.sent).toEqual([frame, diff, diff, diff, presence]);
});

it("[WB15] no more of an answer waits in the socket than a window", async () => {
  const { clock, socket, connection } = connect([Uint8Array.of(8), Uint8Array.of(9)]);
  socket.buffered = STALLED_BYTES / 2 + 1;
  connection.answer(Uint8Array.of(5));
  connection.send(frame);
  await clock.advance(1_000);
  expect(socket.sent).toEqual([diff]);
  socket.buffered = 0;
  await clock.advance(1_000);
  expect(socket.sent).toEqual([diff, diff, diff, presence]);
});

it("[BW9] as much of an answer as may wait leaves in one write", () => {
  const { socket, connection } = connect([Uint8Array.of(8), Uint8Array.of(9)]);
  const writes: number[] = [];
  socket.sendAll = (messages) => void writes.push(messages.length);
  connection.answer(Uint8Array.of(5));
  expect(writes).toEqual([3]);
});

it("[WB16] a client is asked at most once a second", async () => {
  const { clock, socket, connection } = connect();
  for (let i = 0; i < 5; i++) connection.askForMissing();
  expect(socket.sent).toHaveLength(1);
  await clock.advance(1_000);
  connection.askForMissing();
  expect(socket.sent).toHaveLength(2);
});
