import { describe, expect, it } from "vitest";
import { MAX_PRESENCE_CHARS, Presence } from "./presence.ts";

const [ada, bob] = [{ name: "ada" }, { name: "bob" }];
const at = (clock: number, state = `{"at":${clock}}`, clientId = 1) => ({ clientId, clock, state });

describe("presence", () => {
  it("[WB6] belongs to the connection that spoke for the client first", () => {
    const presence = new Presence<object>();
    presence.receive(ada, [at(1)]);
    presence.receive(bob, [at(9, '{"forged":true}')]);
    expect(presence.takeChanges()).toMatchObject([at(1)]);
  });

  it("[WB6] is conflated to the newest, and older news are ignored", () => {
    const presence = new Presence<object>();
    for (const clock of [1, 3, 2]) presence.receive(ada, [at(clock)]);
    expect(presence.takeChanges()).toMatchObject([at(3)]);
    expect(presence.hasChanges).toBe(false);
  });

  it("[WB6] goes with the socket, and a late echo does not bring it back", () => {
    const presence = new Presence<object>();
    presence.receive(ada, [at(5)]);
    presence.leave(ada);
    expect(presence.takeChanges()).toMatchObject([at(6, "null")]);
    const corrections = presence.receive(bob, [at(5)]);
    expect(corrections).toEqual([at(6, "null")]);
    expect(presence.all()).toMatchObject([]);
    presence.receive(ada, [at(7)]);
    expect(presence.all()).toMatchObject([at(7)]);
  });

  it("[WB11] tells a reader that was behind who is here, and who has left meanwhile", () => {
    const presence = new Presence<object>();
    presence.receive(ada, [at(1, "{}", 1), at(1, "{}", 2)]);
    presence.receive(ada, [at(2, "null", 1)]);
    presence.takeChanges();
    const { departures } = presence;
    presence.receive(bob, [at(1, "{}", 3)]);
    presence.leave(ada);
    const news = [at(1, "{}", 3), at(2, "null", 2)];
    expect(presence.since(departures)).toMatchObject(news);
    expect(presence.since(presence.departures)).toMatchObject(news); // it has not been told yet
    presence.takeChanges();
    expect(presence.since(presence.departures)).toMatchObject([at(1, "{}", 3)]);
  });

  it("[WB9] is bounded in size and in clients of one connection", () => {
    const presence = new Presence<object>();
    presence.receive(ada, [at(1, "x".repeat(MAX_PRESENCE_CHARS + 1))]);
    expect(presence.all()).toMatchObject([]);
    for (let id = 0; id < 100; id++) presence.receive(ada, [at(1, "{}", id)]);
    expect(presence.all()).toHaveLength(8);
  });
});
