import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { CLOSE_CODES } from "../../../protocol/closeCodes.ts";
import { saveLogin } from "../../entry/loginStore.ts";
import { reconnect } from "../../shell/reconnect.ts";
import { createBoardLink } from "./boardLink.ts";

/** The browser's copy of a board needs a browser; what a reconnect bears does not depend on it. */
const copy = vi.hoisted(() => ({ whenSynced: Promise.resolve() }));
vi.mock("y-indexeddb", () => ({
  IndexeddbPersistence: class {
    whenSynced = copy.whenSynced;
    destroy() {
      return Promise.resolve();
    }
  },
}));

const HOUR = 3_600_000;

/** Outlives each test's stubs, for a board is closed after them. */
const page = new EventTarget();
Object.assign(globalThis, {
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
  dispatchEvent: page.dispatchEvent.bind(page),
});

/** A socket of the page that opens and breaks when the test says so. */
class FakeSocket {
  static readonly OPEN = 1;
  static readonly opened: FakeSocket[] = [];
  static newest(): FakeSocket {
    return FakeSocket.opened.at(-1)!;
  }
  readyState = 0;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly protocols: readonly string[];
  constructor(_url: string, protocols: readonly string[]) {
    this.protocols = [...protocols];
    FakeSocket.opened.push(this);
  }
  breaks(code: number): void {
    this.onclose?.({ code, reason: "" });
  }
  close(): void {
    this.onclose = null;
  }
}

function signIn(token: string): void {
  saveLogin({ token, userId: "u1", expiresAt: Date.now() + HOUR, refreshToken: `after ${token}` });
}

beforeEach(() => {
  const stored = new Map<string, string>();
  FakeSocket.opened.length = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearInterval"] });
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("location", { origin: "https://lectern.test" });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  });
  vi.stubGlobal("fetch", () => {
    const renewed = { token: "renewed", userId: "u1", refreshToken: "next" };
    return Promise.resolve(Response.json({ ...renewed, expiresAt: Date.now() + HOUR }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A board that has asked for its first socket with the token "first". */
async function openBoard() {
  signIn("first");
  const link = createBoardLink({ sessionId: "s1", onRefused: () => undefined });
  onTestFinished(link.close);
  link.open();
  await vi.waitFor(() => expect(FakeSocket.opened).toHaveLength(1));
  return link;
}

/** Lets the longest wait before a reconnect pass. */
const passBackoff = () => vi.advanceTimersByTimeAsync(5_000);

it("[BO22] the server is asked when the browser's copy has come, or has not come in a second", async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const open = () => {
    const link = createBoardLink({ sessionId: "s1", onRefused: () => undefined });
    onTestFinished(link.close);
    link.open();
  };
  onTestFinished(() => void (copy.whenSynced = Promise.resolve()));
  copy.whenSynced = promise;
  signIn("first");
  open();
  await vi.advanceTimersByTimeAsync(900);
  expect(FakeSocket.opened).toHaveLength(0);
  resolve(undefined);
  await vi.waitFor(() => expect(FakeSocket.opened).toHaveLength(1));
  copy.whenSynced = new Promise(() => undefined);
  open();
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.waitFor(() => expect(FakeSocket.opened).toHaveLength(2));
});

it("[WP10] every reconnect of the board bears the newest token", async () => {
  const link = await openBoard();
  expect(FakeSocket.newest().protocols).toEqual(["lectern.v1", "bearer.first"]);
  signIn("second");
  FakeSocket.newest().breaks(1006);
  expect(link.channel()).toBe("waiting");
  await passBackoff();
  expect(FakeSocket.newest().protocols).toEqual(["lectern.v1", "bearer.second"]);
  FakeSocket.newest().breaks(1006);
  signIn("third"); // while it waits
  await passBackoff();
  expect(FakeSocket.opened).toHaveLength(3);
  expect(FakeSocket.newest().protocols).toEqual(["lectern.v1", "bearer.third"]);
});

it("[WP10] a token that was refused is renewed before the board comes back", async () => {
  await openBoard();
  FakeSocket.newest().breaks(CLOSE_CODES.unauthenticated.code);
  await passBackoff();
  expect(FakeSocket.opened).toHaveLength(2);
  expect(FakeSocket.newest().protocols).toEqual(["lectern.v1", "bearer.renewed"]);
});

it("[WP10] after any other final code, and after it was closed, the board asks no more", async () => {
  const link = await openBoard();
  FakeSocket.newest().breaks(CLOSE_CODES.sessionEnded.code);
  expect(link.channel()).toBe("closed");
  await passBackoff();
  expect(FakeSocket.opened).toHaveLength(1);
});

it("[WP25] asked to, the board tries again at once, and only while it has nothing", async () => {
  await openBoard();
  FakeSocket.newest().breaks(1006);
  reconnect();
  expect(FakeSocket.opened).toHaveLength(2);
  reconnect();
  await passBackoff();
  expect(FakeSocket.opened).toHaveLength(2);
  FakeSocket.newest().breaks(CLOSE_CODES.sessionEnded.code);
  reconnect();
  expect(FakeSocket.opened).toHaveLength(2);
});
