import fc from "fast-check";
import { expect, it } from "vitest";
import { isTurnOver, nextTurnState, TURN_INPUTS, TURN_STATES, TURN_TABLE } from "./turnState.ts";

it("[TU1] an ended turn stays as it is, whatever comes", () => {
  for (const state of TURN_STATES.filter((s) => isTurnOver(s))) {
    for (const input of TURN_INPUTS.filter((i) => i !== "begun")) {
      expect(nextTurnState(state, input)).toBe(state);
    }
  }
});

it("[TU1] every turn that lives can be stopped and can fail", () => {
  for (const state of ["thinking", "speaking", "usingTool"] as const) {
    expect(nextTurnState(state, "stopped")).toBe("cancelled");
    expect(nextTurnState(state, "broke")).toBe("failed");
  }
});

it("[TU1] whatever happens in whatever order, a turn that was begun ends at most once", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TURN_INPUTS)), (inputs) => {
      let state = nextTurnState("idle", "begun");
      let endings = 0;
      for (const input of inputs) {
        if (TURN_TABLE[state][input] === "never") continue;
        const next = nextTurnState(state, input);
        if (!isTurnOver(state) && isTurnOver(next)) endings++;
        state = next;
      }
      expect(endings).toBeLessThanOrEqual(1);
      expect(endings === 1).toBe(isTurnOver(state));
    }),
  );
});
