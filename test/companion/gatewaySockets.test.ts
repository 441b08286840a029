import { once } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { CLOSE_CODES } from "../../src/protocol/closeCodes.ts";
import {
  ADMISSION_TIMEOUT_MS,
  MAX_SOCKETS_PER_USER,
} from "../../src/gateway/sockets/socketLimits.ts";
import { STUDENT_TOKEN_MS } from "../../src/gateway/identity/tokens.ts";
import { createFakeClock } from "../support/fakeClock.ts";
import { forgeTokens } from "../support/forgedTokens.ts";
import { heapAfterGc } from "../support/heapAfterGc.ts";
import { MEMBER, startTestGateway } from "../support/testGateway.ts";
import type { TestGateway } from "../support/testGateway.ts";

const KINDS = ["tutor", "board", "legacyBoard"] as const;
type Kind = (typeof KINDS)[number];

function pathOf(kind: Kind, sessionId: string): string {
  return kind === "legacyBoard"
    ? `/ws/v2/session/${sessionId}/whiteboard`
    : `/ws/${kind}/${sessionId}`;
}

function connect(
  gateway: TestGateway,
  kind: Kind,
  token: string | undefined,
  options: { sessionId?: string; origin?: string } = {},
): WebSocket {
  const ws = dial(gateway, kind, token, options);
  onTestFinished(() => ws.terminate());
  return ws;
}

/** The same, but nothing remembers the socket: for tests that count what is left. */
function dial(
  { port }: TestGateway,
  kind: Kind,
  token: string | undefined,
  { sessionId = "s1", origin = "" } = {},
): WebSocket {
  const protocols = ["lectern.v1", ...(token === undefined ? [] : [`bearer.${token}`])];
  const options = origin === "" ? {} : { origin };
  const url = `ws://127.0.0.1:${port}${pathOf(kind, sessionId)}`;
  const ws = new WebSocket(url, protocols, options);
  ws.on("error", () => undefined);
  return ws;
}

const closeCode = async (ws: WebSocket) => ((await once(ws, "close")) as [number])[0];

/** A member of session s1 with a socket in its room. */
async function enter(gateway: TestGateway, kind: Kind) {
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  const before = gateway.entered.length;
  const ws = connect(gateway, kind, token);
  await once(ws, "open");
  await vi.waitFor(() => expect(gateway.entered.length).toBe(before + 1));
  return { ws, token, userId, inside: gateway.entered[before]! };
}

it.each(KINDS)("[V2.1.1] [GW9] a %s socket opens, talks and closes cleanly", async (kind) => {
  const gateway = await startTestGateway();
  const { ws, userId, inside } = await enter(gateway, kind);
  expect(ws.protocol).toBe("lectern.v1");
  expect(inside.kind).toBe(kind);
  expect(inside.principal.current()).toMatchObject({ userId, sessionId: "s1", role: "student" });
  ws.send("hello");
  expect(String((await once(ws, "message"))[0])).toBe("hello");
  ws.close(1000);
  expect(await closeCode(ws)).toBe(1000);
  await vi.waitFor(() => expect(gateway.gateway.stats()).toMatchObject({ sockets: 0, counted: 0 }));
  expect(gateway.watching()).toBe(0);
});

it.each(KINDS)("[V2.1.2] [GW9] of 200 forged tokens none opens a %s socket", async (kind) => {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  const claims = (await gateway.tokens.verifyStudent(token))!;
  for (const { flaw, token: forged } of await forgeTokens(gateway.ring, claims, 200)) {
    const code = await closeCode(connect(gateway, kind, forged));
    expect([flaw, code]).toEqual([flaw, CLOSE_CODES.unauthenticated.code]);
  }
  expect(gateway.entered).toHaveLength(0);
});

it.each(KINDS)("[V2.1.2] [GW9] a %s socket without a token is closed 4401", async (kind) => {
  const gateway = await startTestGateway();
  expect(await closeCode(connect(gateway, kind, undefined))).toBe(4401);
});

it("[GW9] a token in the address counts for nothing", async () => {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  const address = `ws://127.0.0.1:${gateway.port}/ws/board/s1?token=${token}&bearer=${token}`;
  const ws = new WebSocket(address, ["lectern.v1"]);
  expect(await closeCode(ws)).toBe(4401);
});

it("[GW13] a session one is not in looks like no session", async () => {
  const gateway = await startTestGateway();
  const { token } = await gateway.guest();
  expect(await closeCode(connect(gateway, "board", token))).toBe(4404);
});

it("[GW13] a session that has ended is told as such", async () => {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, { ...MEMBER, sessionState: "ended" });
  expect(await closeCode(connect(gateway, "tutor", token))).toBe(4409);
});

it.each(KINDS)("[V2.1.2] [GW13] logging out closes the %s socket with 4401", async (kind) => {
  const gateway = await startTestGateway();
  const { ws, token, userId } = await enter(gateway, kind);
  const closed = closeCode(ws);
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(`${gateway.url}/auth/logout`, { method: "POST", headers });
  gateway.allow("s1", userId, null); // as Convex tells those who watch
  expect(await closed).toBe(4401);
});

it.each(KINDS)("[GW13] losing membership closes the %s socket with 4403", async (kind) => {
  const gateway = await startTestGateway();
  const { ws, userId } = await enter(gateway, kind);
  const closed = closeCode(ws);
  gateway.allow("s1", userId, null);
  expect(await closed).toBe(4403);
});

it("[GW13] the session's end closes its sockets with 4409", async () => {
  const gateway = await startTestGateway();
  const { ws, userId } = await enter(gateway, "board");
  const closed = closeCode(ws);
  gateway.allow("s1", userId, { ...MEMBER, sessionState: "ended" });
  expect(await closed).toBe(4409);
});

it("[GW13] a new role reaches the room while the socket stays open", async () => {
  const gateway = await startTestGateway();
  const { ws, userId, inside } = await enter(gateway, "board");
  const roles: string[] = [];
  inside.principal.onChange({ principalChanged: ({ role }) => roles.push(role) });
  gateway.allow("s1", userId, { ...MEMBER, role: "observer" });
  expect(inside.principal.current().role).toBe("observer");
  gateway.allow("s1", userId, { ...MEMBER, role: "teacher" });
  expect(roles).toEqual(["observer", "teacher"]);
  expect(ws.readyState).toBe(WebSocket.OPEN);
});

it("[GW13] a socket ends with its token", async () => {
  const clock = createFakeClock(Date.now());
  const gateway = await startTestGateway({ clock });
  const { ws } = await enter(gateway, "tutor");
  const closed = closeCode(ws);
  ws.on("ping", () => undefined);
  await clock.advance(STUDENT_TOKEN_MS);
  expect([4401, 1006]).toContain(await closed); // 1006: the pinger was not answered in frozen time
});

it("[GW13] whoever cannot be judged in time is told to come back", async () => {
  const clock = createFakeClock(Date.now());
  const gateway = await startTestGateway({ clock });
  const { token } = await gateway.guest();
  gateway.keepStandingsBack();
  const ws = connect(gateway, "board", token);
  const closed = closeCode(ws);
  await once(ws, "open");
  await clock.advance(ADMISSION_TIMEOUT_MS);
  expect(await closed).toBe(1013);
  expect(gateway.watching()).toBe(0);
});

it.each(KINDS)(
  "[GW12] what a %s client says with its first breath reaches the room, in order",
  async (kind) => {
    const gateway = await startTestGateway();
    const { token, userId } = await gateway.guest();
    gateway.allow("s1", userId, MEMBER);
    const ws = connect(gateway, kind, token);
    await once(ws, "open");
    const sent = Array.from({ length: 50 }, (_, i) => `message ${i}`);
    for (const text of sent) ws.send(text);
    await vi.waitFor(() => expect(gateway.entered[0]?.messages).toEqual(sent));
  },
);

it("[GW12] a flood before the room is ready waits outside and is not lost", async () => {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.keepStandingsBack();
  const ws = connect(gateway, "board", token);
  await once(ws, "open");
  const piece = Buffer.alloc(64 * 1024, 1);
  for (let i = 0; i < 200; i++) ws.send(piece);
  gateway.allow("s1", userId, MEMBER);
  await vi.waitFor(() => expect(gateway.entered[0]?.messages).toHaveLength(200));
});

it("[GW3] a page of another origin cannot open a socket", async () => {
  const gateway = await startTestGateway({ allowedOrigins: ["https://school.example"] });
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  const statusFor = (origin: string) => {
    const ws = connect(gateway, "board", token, { origin });
    return new Promise<number | undefined>((resolve) => {
      ws.once("open", () => resolve(101));
      ws.once("unexpected-response", (_request, response) => resolve(response.statusCode));
    });
  };
  expect(await statusFor("https://evil.example")).toBe(403);
  expect(await statusFor("null")).toBe(403);
  expect(await statusFor("https://school.example")).toBe(101);
  expect(await statusFor(`http://127.0.0.1:${gateway.port}`)).toBe(101);
});

it("[GW15] one person's sockets are counted, and a place is free again when one closes", async () => {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  const sockets = Array.from({ length: MAX_SOCKETS_PER_USER }, () => dial(gateway, "board", token));
  onTestFinished(() => sockets.forEach((ws) => ws.terminate()));
  await vi.waitFor(() => expect(gateway.entered.length).toBe(MAX_SOCKETS_PER_USER));
  expect(await closeCode(connect(gateway, "board", token))).toBe(1013);
  sockets[0]?.close();
  await vi.waitFor(() => expect(gateway.gateway.stats().sockets).toBe(MAX_SOCKETS_PER_USER - 1));
  await once(connect(gateway, "tutor", token), "open");
  await vi.waitFor(() => expect(gateway.entered.length).toBe(MAX_SOCKETS_PER_USER + 1));
});

it("[GW14] closing the gateway closes every socket with 1001 and lets nobody in", async () => {
  const gateway = await startTestGateway();
  const sockets = [await enter(gateway, "tutor"), await enter(gateway, "board")];
  const codes = sockets.map(({ ws }) => closeCode(ws));
  await gateway.gateway.close();
  expect(await Promise.all(codes)).toEqual([1001, 1001]);
  expect(gateway.gateway.stats()).toEqual({ sockets: 0, counted: 0, connections: 0 });
  await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow();
});

it.each(KINDS)(
  "[V2.1.4] [GW14] after 1,000 connects and drops of %s sockets nothing is left",
  async (kind) => {
    const gateway = await startTestGateway();
    const { token, userId } = await gateway.guest();
    gateway.allow("s1", userId, MEMBER);
    const round = async (count: number) => {
      const sockets = Array.from({ length: count }, () => dial(gateway, kind, token));
      await Promise.all(sockets.map((ws) => once(ws, "open")));
      for (const [i, ws] of sockets.entries()) {
        if (i % 2 === 0) ws.terminate();
        else ws.close();
      }
      for (const ws of sockets) if (ws.readyState !== WebSocket.CLOSED) await once(ws, "close");
    };
    await round(100); // warm: code compiled, pools filled
    await vi.waitFor(() => expect(gateway.gateway.stats().connections).toBeLessThanOrEqual(1));
    gateway.entered.length = 0;
    const before = { handles: process.getActiveResourcesInfo().length, heap: heapAfterGc() };
    for (let i = 0; i < 10; i++) await round(100);
    await vi.waitFor(() =>
      expect(gateway.gateway.stats()).toMatchObject({ sockets: 0, counted: 0 }),
    );
    expect(gateway.watching()).toBe(0);
    gateway.entered.length = 0;
    await vi.waitFor(() =>
      expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before.handles + 2),
    );
    // 1,000 sockets leave less than 2 KB each, which is the noise of the heap, not a socket (20 KB).
    expect(heapAfterGc() - before.heap).toBeLessThan(2_000_000);
  },
);

it("[LB3] a token in the URL opens the legacy board socket only where that is allowed, and no other", async () => {
  const codeOf = async (legacyUrlTokens: boolean, kind: Kind) => {
    const gateway = await startTestGateway({ legacyUrlTokens });
    const { token, userId } = await gateway.guest();
    gateway.allow("s1", userId, MEMBER);
    const ws = new WebSocket(`ws://127.0.0.1:${gateway.port}${pathOf(kind, "s1")}?token=${token}`);
    onTestFinished(() => ws.terminate());
    const entered = vi.waitFor(() => expect(gateway.entered).toHaveLength(1)).then(() => "entered");
    const code = await Promise.race([closeCode(ws), entered]);
    expect(gateway.logLines.join("")).not.toContain(token);
    return code;
  };
  expect(await codeOf(true, "legacyBoard")).toBe("entered");
  expect(await codeOf(false, "legacyBoard")).toBe(CLOSE_CODES.unauthenticated.code);
  expect(await codeOf(true, "board")).toBe(CLOSE_CODES.unauthenticated.code);
  expect(await codeOf(true, "tutor")).toBe(CLOSE_CODES.unauthenticated.code);
});
