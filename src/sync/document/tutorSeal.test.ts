import { expect, it } from "vitest";
import * as Y from "yjs";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { createWorld, idsOn, join, rect } from "../../../test/support/boardCompanions.ts";
import { encodeUpdateMessage } from "../../protocol/boardMessages.ts";
import { TutorSeal } from "./tutorSeal.ts";

const key = new Uint8Array(32);
const drawn: CanvasObject = {
  ...rect("a", { x: 1.5, text: "½ + ½" }),
  metadata: { source: "assistant" },
  fill: "red",
};

/** The object as another client has it. */
function carried(object: CanvasObject): CanvasObject {
  const [from, to] = [new Y.Doc(), new Y.Doc()];
  from.getMap("objects").set("a", object);
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
  return to.getMap("objects").get("a") as CanvasObject;
}

it("[WB22] a seal fits what the tutor drew, as every client has it, and nothing else", () => {
  const seals = new TutorSeal(key, "session");
  const sealed = seals.seal(drawn);
  expect(seals.fits(carried(sealed))).toBe(true);
  expect(seals.seal(sealed)).toEqual(sealed);
  const elsewhere = new TutorSeal(key, "another");
  const stranger = new TutorSeal(new Uint8Array(32).fill(1), "session");
  for (const other of [elsewhere, stranger]) expect(other.fits(sealed)).toBe(false);
  for (const forged of [
    { ...sealed, id: "b" },
    { ...sealed, text: "1" },
    { ...sealed, metadata: { ...sealed.metadata, expiresAt: 1 } },
    { ...sealed, metadata: { ...sealed.metadata, seal: "" } },
    { ...sealed, metadata: { ...sealed.metadata, seal: 7 } },
    drawn,
  ]) {
    expect(seals.fits(forged)).toBe(false);
  }
});

it("[WB22] what only a client still has of the tutor's drawing comes back as the tutor's", async () => {
  const { clock, start } = createWorld();
  const a = start();
  await join(clock, a);
  await a.rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
  const screen = new Y.Doc();
  for (const [id, object] of (await a.rooms.view("session")).objects) {
    screen.getMap("objects").set(id, object);
  }
  a.die();
  const other = createWorld(); // of the same installation, with nothing in its store
  const b = other.start();
  const ada = await join(other.clock, b);
  const forged = { ...rect("forged"), metadata: { ...objectOn(screen).metadata } };
  screen.getMap("objects").set("forged", forged);
  ada.receive(encodeUpdateMessage(Y.encodeStateAsUpdate(screen)));
  await other.clock.advance(20);
  expect(await idsOn(b)).toEqual(["tutors"]);
  expect((await b.rooms.view("session")).objects.get("tutors")?.metadata?.source).toBe("assistant");
});

const objectOn = (doc: Y.Doc) => doc.getMap("objects").get("tutors") as CanvasObject;
