/** Who is on a board and where, as stock clients see it. */
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { connect, startBoards } from "../../../test/support/boardServer.ts";
import { createPrincipal } from "../../../test/support/memorySocket.ts";
import { encodePresenceMessage } from "../../protocol/boardMessages.ts";

it("[WB6] shows others' cursors, echoes one's own, and removes them with the socket", async () => {
  const { server } = await startBoards();
  const [ada, bob] = [connect(server.url, "ada"), connect(server.url, "bob")];
  await Promise.all([ada.synced(), bob.synced()]);
  ada.provider.awareness.setLocalStateField("cursor", { x: 1, y: 2 });
  const seenByBob = () => bob.provider.awareness.getStates().get(ada.doc.clientID);
  await expect.poll(seenByBob).toEqual({ cursor: { x: 1, y: 2 } });
  ada.provider.disconnect();
  await expect.poll(seenByBob).toBeUndefined();
  ada.provider.connect();
  await expect.poll(seenByBob).toEqual({ cursor: { x: 1, y: 2 } });
});

it("[WB25] a cursor bears its person's name whatever its client says, and goes on moving", async () => {
  const { server, people } = await startBoards();
  people.set("eve", createPrincipal({ userId: "eve", name: "Eve" }));
  const [eve, bob] = [connect(server.url, "eve"), connect(server.url, "bob")];
  await Promise.all([eve.synced(), bob.synced()]);
  const seenByBob = () => bob.provider.awareness.getStates().get(eve.doc.clientID);
  const forged = { name: "Teacher", userId: "bob", color: "red" };
  eve.provider.awareness.setLocalState({ user: forged, cursor: { x: 1 } });
  const user = { name: "Eve", userId: "eve", color: "red" };
  await expect.poll(seenByBob).toEqual({ user, cursor: { x: 1 } });
  eve.provider.awareness.setLocalStateField("cursor", { x: 2 });
  await expect.poll(seenByBob).toEqual({ user, cursor: { x: 2 } });
});

it("[WB25] a new name is seen at once, also of somebody who does not move", async () => {
  const { server, people } = await startBoards();
  people.set("eve", createPrincipal({ userId: "eve", name: "Eve" }));
  const [eve, bob] = [connect(server.url, "eve"), connect(server.url, "bob")];
  await Promise.all([eve.synced(), bob.synced()]);
  const user = { name: "Eve", color: "red" };
  eve.provider.awareness.setLocalState({ user, cursor: { x: 1 } });
  const seenByBob = () => bob.provider.awareness.getStates().get(eve.doc.clientID);
  await expect.poll(seenByBob).toEqual({ user, cursor: { x: 1 } });
  people.get("eve")!.set({ name: "Eve Elder" });
  const renamed = { ...user, name: "Eve Elder" };
  await expect.poll(seenByBob).toEqual({ user: renamed, cursor: { x: 1 } });
  eve.provider.awareness.setLocalStateField("cursor", { x: 2 });
  await expect.poll(seenByBob).toEqual({ user: renamed, cursor: { x: 2 } });
});

it("[WB25] presence that is no JSON reaches nobody, and its sender goes on", async () => {
  const { server } = await startBoards();
  const bob = connect(server.url, "bob");
  await bob.synced();
  const eve = new WebSocket(`${server.url}/ws/board/session?as=eve`, ["lectern.v1"]);
  onTestFinished(() => eve.terminate());
  await once(eve, "open");
  const say = (clock: number, state: string) =>
    eve.send(encodePresenceMessage([{ clientId: 7, clock, state }]));
  say(1, '{"user":');
  say(2, '{"cursor":1}');
  await expect.poll(() => bob.provider.awareness.getStates().get(7)).toEqual({ cursor: 1 });
});
