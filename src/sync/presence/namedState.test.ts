import fc from "fast-check";
import { expect, it } from "vitest";
import { createPrincipal } from "../../../test/support/memorySocket.ts";
import { namedState } from "./namedState.ts";

const ADA = createPrincipal({ userId: "u1", name: "Ada", role: "student" }).current();
const right = { userId: "u1", name: "Ada", colour: "#aa0000" };

const namedBy = (...states: string[]) => states.map((state) => namedState(state, ADA));

it("[WB25] what is right, names nobody or says that somebody has gone stays as it is", () => {
  const states = [
    JSON.stringify({ user: right, cursor: { x: 1, y: 2 } }),
    JSON.stringify({ user: right, cursor: { x: 3, y: 4 } }),
    JSON.stringify({ cursor: { x: 1 }, user: right }),
    '{"cursor":null}',
    '{"user":"Teacher"}',
    "null",
  ];
  expect(namedBy(...states)).toEqual(states);
});

it("[WB25] another's name, id or role is put right, and the rest stays", () => {
  const forged = { name: "Teacher", userId: "u2", id: "u3", role: "owner", color: "red" };
  const [state] = namedBy(JSON.stringify({ user: forged, cursor: { x: 1 } }));
  expect(JSON.parse(state!)).toEqual({
    user: { name: "Ada", userId: "u1", id: "u1", role: "student", color: "red" },
    cursor: { x: 1 },
  });
});

it("[WB25] what is no state is passed on to nobody", () => {
  expect(namedBy("{", "1", '"x"', "[]", "")).toEqual(Array(5).fill(undefined));
});

it("[WB25] however a state is written, nobody reads another's name in it", () => {
  const key = fc.constantFrom('"user"', '"\\u0075ser"', '"us\\u0065r"', '"cursor"');
  const name = fc.constantFrom(
    '{"name":"Bob"}',
    '{"n\\u0061me":"Bob"}',
    '{"name":"Ada"}',
    '["Bob"]',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, name)), (fields) => {
      const [state] = namedBy(`{${fields.map((field) => field.join(":")).join(",")}}`);
      const { user } = JSON.parse(state!) as { user?: { name?: unknown } };
      expect([undefined, "Ada"]).toContain(user?.name);
    }),
  );
});
