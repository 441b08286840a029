import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { combineChannels, type ChannelState } from "./connection.ts";

const state = fc.constantFrom<ChannelState>("connecting", "open", "waiting", "closed");

test.prop([fc.array(state), fc.boolean()])(
  "[WP5] the page says Connected only when every channel is open",
  (states, isOnline) => {
    const channels = states.map((s, index) => ({ name: `c${index}`, state: s }));
    const { kind } = combineChannels(channels, isOnline);
    expect(kind === "online").toBe(isOnline && states.every((s) => s === "open"));
  },
);

it("[WP5] one lost channel is named among the healthy ones", () => {
  const connection = combineChannels(
    [
      { name: "data", state: "open" },
      { name: "whiteboard", state: "waiting" },
    ],
    true,
  );
  expect(connection.kind).toBe("reconnecting");
  expect(connection.details).toEqual(["data: connected", "whiteboard: reconnecting"]);
});
