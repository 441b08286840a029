import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyTutorEvent,
  INITIAL_TUTOR_STATE,
  packChunk,
  unpackChunk,
  type SequencedEvent,
  type TutorEvent,
} from "./tutorEvents.ts";

/** A turn's events as a server makes them: started, then text and tools, then perhaps an end. */
const story = fc
  .record({
    pieces: fc.array(
      fc.oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), fc.constant(null)),
      { minLength: 1 },
    ),
    ending: fc.constantFrom<TutorEvent>({ type: "turnDone" }, { type: "turnCancelled", by: "ada" }),
  })
  .map(({ pieces, ending }): SequencedEvent[] => {
    const started = {
      number: 1,
      authorId: "ada",
      authorName: "Ada",
      question: "Why?",
      clientMessageId: "m",
    };
    const events: TutorEvent[] = [{ type: "turnStarted", ...started }, { type: "thinking" }];
    let length = 0;
    for (const piece of pieces) {
      if (piece === null) {
        events.push({ type: "toolStarted", tool: "drawText", label: "Writing" });
        events.push({ type: "toolEnded", tool: "drawText", ok: true, objectIds: [`o${length}`] });
      } else {
        events.push({ type: "delta", start: length, end: length + piece.length, text: piece });
        length += piece.length;
      }
    }
    events.push(ending);
    return events.map((event, i) => ({ seq: i + 1, at: i, turnId: "t1", event }));
  });

const fold = (events: readonly SequencedEvent[], start = INITIAL_TUTOR_STATE) =>
  events.reduce(applyTutorEvent, start);

describe("a turn told in events", () => {
  it("[TU6] is the same when parts are told again", () => {
    fc.assert(
      fc.property(story, fc.nat(), fc.nat(), (events, a, b) => {
        const [from, to] = [a % events.length, b % events.length].sort((x, y) => x - y);
        const stuttering = [...events.slice(0, to), ...events.slice(from)];
        expect(fold(stuttering)).toEqual(fold(events));
      }),
    );
  });

  it("[TU6] shows nothing out of order: a gap is marked and closed by what was missing", () => {
    fc.assert(
      fc.property(story, fc.nat(), (events, at) => {
        const lost = at % (events.length - 1);
        const gappy = fold(events.filter((_, i) => i !== lost));
        expect(gappy.hasGap).toBe(true);
        expect(gappy.seq).toBe(lost);
        expect(fold(events.slice(lost), gappy)).toEqual(fold(events));
      }),
    );
  });

  it("[TU7] comes back from the store as it was, however it was cut into batches", () => {
    fc.assert(
      fc.property(story, fc.array(fc.integer({ min: 1, max: 5 })), (events, cuts) => {
        const restored: SequencedEvent[] = [];
        let [start, length] = [0, 0];
        for (const size of [...cuts, events.length]) {
          const batch = events.slice(start, start + size);
          if (batch.length === 0) break;
          const chunk = packChunk(batch, length);
          expect(chunk.end - chunk.start).toBe(chunk.text.length);
          restored.push(...unpackChunk(chunk, "t1"));
          start += size;
          length = chunk.end;
        }
        expect(restored).toEqual(events.slice(0, restored.length));
        expect(restored).toHaveLength(events.length);
      }),
    );
  });
});
