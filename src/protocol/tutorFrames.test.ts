import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeClientFrame, encodeFrame, MalformedFrameError } from "./tutorFrames.ts";

const id = fc.uuid();
const frame = fc.oneof(
  fc.record({
    type: fc.constant("resume" as const),
    id,
    after: fc.option(fc.nat(), { nil: null }),
  }),
  fc.record({
    type: fc.constant("ask" as const),
    id,
    text: fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.trim() !== ""),
    boardSelection: fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant("stop" as const), id, turnId: fc.string() }),
  fc.constant({ type: "ping" as const }),
);

it("[PR5] client frames come out as they went in", () => {
  fc.assert(
    fc.property(frame, (sent) => {
      expect(decodeClientFrame(encodeFrame(sent))).toEqual(sent);
    }),
  );
});

it("[PR5] whatever comes, it is a frame or a MalformedFrameError", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (data) => {
      try {
        decodeClientFrame(data);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedFrameError);
      }
    }),
  );
});

it("[PR5] a question that cannot be accepted keeps its id, so that it can be refused", () => {
  const tooLong = JSON.stringify({ type: "ask", id: "m1", text: "x".repeat(20_000) });
  expect(() => decodeClientFrame(tooLong)).toThrow(expect.objectContaining({ id: "m1" }));
});
