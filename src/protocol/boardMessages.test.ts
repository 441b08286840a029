import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as awarenessProtocol from "y-protocols/awareness";
import * as Y from "yjs";
import {
  decodeBoardMessage,
  encodePresenceMessage,
  encodeStateVectorMessage,
  encodeSyncReply,
  encodeUpdateMessage,
  MalformedBoardMessageError,
} from "./boardMessages.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const entry = fc.record({
  clientId: fc.nat(2 ** 31 - 1),
  clock: fc.nat(),
  state: fc.string({ unit: "grapheme" }),
});

describe("board messages", () => {
  it("[PR4] come out as they went in", () => {
    fc.assert(
      fc.property(bytes, fc.array(entry, { maxLength: 9 }), (payload, entries) => {
        const sent = encodeStateVectorMessage(payload);
        expect(decodeBoardMessage(sent)).toEqual({ type: "stateVector", stateVector: payload });
        for (const encode of [encodeUpdateMessage, encodeSyncReply]) {
          expect(decodeBoardMessage(encode(payload))).toEqual({ type: "update", update: payload });
        }
        expect(decodeBoardMessage(encodePresenceMessage(entries))).toEqual({
          type: "presence",
          entries,
        });
      }),
    );
  });

  it("[PR4] whatever the bytes, are decoded or refused, never anything else", () => {
    const halfRight = fc.tuple(fc.constantFrom(0, 1, 3), fc.constantFrom(0, 1, 2), bytes);
    const hostile = fc.oneof(
      bytes,
      halfRight.map(([a, b, rest]) => Uint8Array.of(a, b, ...rest)),
    );
    fc.assert(
      fc.property(hostile, (data) => {
        try {
          decodeBoardMessage(data);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBoardMessageError);
        }
      }),
    );
  });

  it("[WB6] presence reads what the stock awareness writes", () => {
    const awareness = new awarenessProtocol.Awareness(new Y.Doc());
    awareness.setLocalState({ cursor: 1 });
    const update = awarenessProtocol.encodeAwarenessUpdate(awareness, [awareness.clientID]);
    const message = decodeBoardMessage(Uint8Array.of(1, update.length, ...update));
    expect(message).toMatchObject({
      entries: [{ clientId: awareness.clientID, state: '{"cursor":1}' }],
    });
    awareness.destroy();
  });
});
