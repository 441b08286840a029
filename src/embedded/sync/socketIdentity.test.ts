import { beforeEach, describe, expect, it, vi } from "vitest";

import { baseClient } from "../../../test/support/convexEngine.ts";
import type { FakeFunctions } from "../../../test/support/fakeFunctions.ts";
import { startFakeSyncEngine } from "../../../test/support/fakeSyncEngine.ts";
import { hello, openSyncSocket } from "../../../test/support/syncSocket.ts";
import { KeysUnavailableError } from "../auth/providerKeys.ts";
import { InvalidTokenError, type TokenVerifier } from "../auth/verifyToken.ts";

describe("authentication on the sync socket", () => {
  let functions: FakeFunctions;
  let address: string;
  let verifyToken: TokenVerifier;
  let now: () => number;

  beforeEach(async () => {
    now = Date.now;
    verifyToken = () => Promise.reject(new InvalidTokenError("no tokens here"));
    ({ functions, address } = await startFakeSyncEngine({
      verifyToken: (token) => verifyToken(token),
      now: () => now(),
    }));
    functions.queries["a:me"] = ({ identity }) => {
      const who = identity();
      return who.kind === "user" ? who.attributes["subject"]! : who.kind;
    };
    functions.mutations["a:set"] = ({ write }, args) => {
      write("x", (args as { to: number }).to);
      return "set";
    };
  });

  it("an accepted token runs the queries again for its holder; clearing it does too", async () => {
    verifyToken = (token) =>
      Promise.resolve({ attributes: { subject: token }, expiresAt: Infinity });
    const client = baseClient(address);
    client.subscribe("a:me", {});
    const me = () => client.localQueryResult("a:me", {});
    await vi.waitFor(() => expect(me()).toBe("none"));
    const changes: boolean[] = [];
    const token = jwt("ada");
    client.setAuth(
      () => Promise.resolve(token),
      (isAuthenticated) => changes.push(isAuthenticated),
    );
    await vi.waitFor(() => expect(me()).toBe(token));
    expect(changes).toEqual([true]);
    client.clearAuth();
    await vi.waitFor(() => expect(me()).toBe("none"));
  });

  it("a refused token is told with the identity version last sent, and the socket closes", async () => {
    const { say, received, closed } = await openSyncSocket(address);
    say(hello());
    say({ type: "Authenticate", tokenType: "User", value: "forged", baseVersion: 0 });
    await closed;
    expect(received).toEqual([
      { type: "AuthError", error: "no tokens here", baseVersion: 0, authUpdateAttempted: true },
    ]);
  });

  it("a token that runs out is told before the next mutation, query or action runs", async () => {
    verifyToken = () => Promise.resolve({ attributes: { subject: "ada" }, expiresAt: 10_000 });
    now = () => 9_999;
    const { say, received, closed } = await openSyncSocket(address);
    say(hello());
    say({ type: "Authenticate", tokenType: "User", value: "good", baseVersion: 0 });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    now = () => 10_000;
    say({ type: "Mutation", requestId: 0, udfPath: "a:set", args: [{ to: 1 }] });
    await closed;
    expect(received.at(-1)).toMatchObject({
      ...{ type: "AuthError", baseVersion: 1, authUpdateAttempted: false },
    });
    expect(functions.latestTs()).toBe(1_000_000);
  });

  it("[CN3] a provider that cannot be asked closes the socket without blaming the token", async () => {
    verifyToken = () => Promise.reject(new KeysUnavailableError("no network"));
    const { say, received, closed } = await openSyncSocket(address);
    say(hello());
    say({ type: "Authenticate", tokenType: "User", value: "good", baseVersion: 0 });
    expect(await closed).toMatchObject({ code: 1011 });
    expect(received).toEqual([]);
  });

  it("[CL8] the admin key acts as whom it names; a wrong one makes a stranger", async () => {
    const identityBehind = async (value: string): Promise<unknown> => {
      const socket = await openSyncSocket(address);
      socket.say(hello());
      socket.say({ type: "Authenticate", tokenType: "Admin", value, baseVersion: 0 });
      const modifications = [{ type: "Add", queryId: 0, udfPath: "a:me", args: [{}] }];
      socket.say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
      const told = (): unknown => socket.received.at(-1)?.["modifications"];
      await vi.waitFor(() => expect(told()).toHaveLength(1));
      return told();
    };
    expect(await identityBehind("x|secret")).toMatchObject([{ value: "admin" }]);
    expect(await identityBehind("x|guess")).toMatchObject([{ value: "stranger" }]);
  });
});

/** A token that the stock client is willing to hold: it reads `iat` and `exp` of it. */
function jwt(subject: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(Date.now() / 1000);
  return `${part({ alg: "none" })}.${part({ sub: subject, iat, exp: iat + 3600 })}.x`;
}
